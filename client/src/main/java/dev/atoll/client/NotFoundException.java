package dev.atoll.client;

/** There is no such job, task, node or blob. */
public final class NotFoundException extends AtollException {
    private static final long serialVersionUID = 1L;

    NotFoundException(String message, Throwable cause) {
        super(message, cause);
    }
}
