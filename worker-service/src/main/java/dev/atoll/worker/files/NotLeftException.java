package dev.atoll.worker.files;

import java.io.IOException;

/** A task has not left what it was to leave, or what cannot be kept. The message says what. */
public final class NotLeftException extends IOException {
    NotLeftException(String message) {
        super(message);
    }

    NotLeftException(String message, Throwable cause) {
        super(message, cause);
    }
}
