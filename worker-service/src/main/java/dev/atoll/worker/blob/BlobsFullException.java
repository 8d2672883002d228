package dev.atoll.worker.blob;

import java.io.IOException;

/** There is no room for an upload: it is taken by others that nothing has read yet. */
public final class BlobsFullException extends IOException {
    BlobsFullException(long bytesMax) {
        super(
                "all %d MiB that this worker has for input (blob-cache-max) are full of what"
                                .formatted(bytesMax >> 20)
                        + " no task has read yet");
    }
}
