package dev.atoll.worker.remote;

import dev.atoll.runtime.grpc.ApiException;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Waits for outputs that are made again, for some time. Not thread-safe. */
final class RemakeWait {
    /* When a worker is lost, the tasks whose outputs it held run again. They may be over in a moment,
     * but whoever waits for them occupies a place that they may need, so it waits for a short time
     * only: the scheduler starts it again when they have succeeded. */

    /** What the master says while it does not have all of the outputs, by contract. */
    private static final String INCOMPLETE = "OUTPUT_INCOMPLETE";

    private final Duration patience;
    private Optional<Long> sinceNanos = Optional.empty();

    RemakeWait(Duration patience) {
        this.patience = patience;
    }

    /**
     * A call has failed.
     *
     * @throws IOException if the outputs are not there, for too long already
     */
    void failed(ApiException failure) throws IOException {
        if (!failure.is(INCOMPLETE)) {
            return;
        }
        long nowNanos = System.nanoTime();
        long since = sinceNanos.orElse(nowNanos);
        sinceNanos = Optional.of(since);
        if (nowNanos - since >= patience.toNanos()) {
            throw new IOException(failure.message(), failure);
        }
    }

    /** Something came. */
    void ends() {
        sinceNanos = Optional.empty();
    }
}
