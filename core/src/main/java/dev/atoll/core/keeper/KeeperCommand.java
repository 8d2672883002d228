package dev.atoll.core.keeper;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.WorkerId;

import java.util.List;

/** Something that the keeper wants done. */
public sealed interface KeeperCommand {
    /** Have a worker fetch a blob from another, and keep it. */
    record Copy(BlobRef blob, WorkerId from, WorkerId to) implements KeeperCommand {}

    /** Have every worker keep what it happens to have of these blobs, which nobody keeps. */
    record Adopt(List<BlobRef> blobs) implements KeeperCommand {
        public Adopt {
            blobs = List.copyOf(blobs);
        }
    }

    /**
     * Have a worker not keep these blobs any more.
     *
     * @param isKnown whether files needed them before, or need them less: then nobody is about to
     *     name them, and they need not be kept for a while
     */
    record Release(WorkerId worker, List<BlobRef> blobs, boolean isKnown) implements KeeperCommand {
        public Release {
            blobs = List.copyOf(blobs);
        }
    }
}
