package dev.atoll.worker.builtin;

/** A program was called with arguments that it does not take. */
final class BadUsageException extends Exception {
    BadUsageException(String message) {
        super(message);
    }
}
