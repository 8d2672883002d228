package dev.atoll.client;

/** A task was lost after it had read more input than is kept for another try. */
public final class InputLostException extends AtollException {
    private static final long serialVersionUID = 1L;

    InputLostException(String message) {
        super(message, null);
    }
}
