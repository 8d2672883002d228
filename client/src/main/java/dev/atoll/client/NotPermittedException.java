package dev.atoll.client;

/** The cluster does not know this client, or does not let it do this. */
public final class NotPermittedException extends AtollException {
    private static final long serialVersionUID = 1L;

    NotPermittedException(String message, Throwable cause) {
        super(message, cause);
    }
}
