package dev.atoll.client.json;

import java.io.IOException;

/** The text is not JSON. The message says in which line, and what was expected. */
public final class JsonException extends IOException {
    private static final long serialVersionUID = 1L;

    JsonException(int line, String message) {
        super("line %d: %s".formatted(line, message));
    }
}
