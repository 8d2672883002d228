package dev.atoll.worker.blob;

import java.io.IOException;

/** There is no room for an upload: it is taken by others that nothing has read yet. */
public final class BlobsFullException extends IOException {
    BlobsFullException(long bytesMax) {
        super(
                "the %d MiB that this worker keeps of input (blob-cache-max) are taken by input that"
                                .formatted(bytesMax >> 20)
                        + " no task has read yet");
    }
}
