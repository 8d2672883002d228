package dev.atoll.client;

/** The workers that hold an output are gone. {@link Job#retry()} runs those tasks again. */
public final class OutputLostException extends AtollException {
    private static final long serialVersionUID = 1L;

    OutputLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
