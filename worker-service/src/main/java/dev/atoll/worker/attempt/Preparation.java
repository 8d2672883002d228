package dev.atoll.worker.attempt;

import dev.atoll.worker.blob.PinnedBlob;
import dev.atoll.worker.execution.Launch;
import dev.atoll.worker.files.LeftFiles;

import java.util.Optional;

/**
 * Everything that an attempt needs to start; held until its end.
 *
 * @param launch what to start
 * @param fed what is to be fed into standard input
 * @param pinned the blob that is standard input
 * @param left what it is to leave in its directory
 * @param release gives everything else back
 */
record Preparation(
        Launch launch,
        Optional<FedInput> fed,
        Optional<PinnedBlob> pinned,
        LeftFiles left,
        Runnable release)
        implements AutoCloseable {
    @Override
    public void close() {
        fed.ifPresent(input -> input.source().close());
        pinned.ifPresent(PinnedBlob::close);
        release.run();
    }
}
