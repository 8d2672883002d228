package dev.atoll.core.keeper;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.WorkerId;

import java.util.List;
import java.util.Set;

/**
 * What files there are and who keeps what, as of one moment.
 *
 * @param files those that have names
 * @param allKnown whether the blobs of every file that has a name are known
 * @param holders the workers that have not been given up, ordered by id
 * @param isSomebodyAwaited whether of one of them is not known yet what it keeps
 */
public record Survey(
        List<NamedFile> files, boolean allKnown, List<Holder> holders, boolean isSomebodyAwaited) {
    public Survey {
        files = List.copyOf(files);
        holders = List.copyOf(holders);
    }

    /**
     * A file that has a name.
     *
     * @param blobs its blocks and its manifest
     */
    public record NamedFile(String name, List<BlobRef> blobs) {
        public NamedFile {
            blobs = List.copyOf(blobs);
        }
    }

    /**
     * A worker.
     *
     * @param isHere whether it answers
     * @param isTaking whether it may be given more
     * @param freeBytes on its disk
     * @param kept what it keeps, as far as is known; iterated in a fixed order; not copied
     */
    public record Holder(
            WorkerId worker, boolean isHere, boolean isTaking, long freeBytes, Set<BlobRef> kept) {}
}
