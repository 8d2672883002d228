package dev.atoll.worker.copy;

import java.io.IOException;

/** What has come is not what the other worker has. */
final class CopyDiffersException extends IOException {
    CopyDiffersException(String message) {
        super(message);
    }
}
