package dev.atoll.worker.attempt;

import dev.atoll.core.model.Failure;

/** An attempt cannot start, because something that it needs is not to be had. */
final class UnpreparedException extends Exception {
    private final transient Failure failure;

    UnpreparedException(Failure.Kind kind, String detail, Throwable cause) {
        super(detail, cause);
        this.failure = new Failure(kind, 0, detail);
    }

    Failure failure() {
        return failure;
    }
}
