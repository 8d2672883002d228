package dev.atoll.worker.warm;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.TaskRef;

import java.util.Optional;

/**
 * What a warm program is given to do.
 *
 * @param kind what program does it
 * @param setup names the bytes of the stage, if it has any
 * @param setupBytes those bytes
 * @param task which task it is
 * @param attempt which attempt, from 1
 * @param fence of the attempt
 * @param item the item's bytes
 */
public record WarmTask(
        WarmKind kind,
        Optional<BlobRef> setup,
        ByteString setupBytes,
        TaskRef task,
        int attempt,
        String fence,
        ByteString item) {
    /**
     * Whether it gets a program of its own. A task that was tried before may be what has ended its
     * program: alone, nobody else pays for it, and there is no doubt whose doing it was.
     */
    boolean isAlone() {
        return attempt > 1;
    }
}
