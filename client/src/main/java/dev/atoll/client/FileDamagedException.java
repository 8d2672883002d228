package dev.atoll.client;

/** A block of a file is on no worker that is here. */
public final class FileDamagedException extends java.io.IOException {
    private static final long serialVersionUID = 1L;

    FileDamagedException(String message, Throwable cause) {
        super(message, cause);
    }
}
