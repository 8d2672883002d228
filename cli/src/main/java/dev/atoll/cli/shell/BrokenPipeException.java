package dev.atoll.cli.shell;

import java.io.IOException;

/** Nobody reads our output any more: there is nothing left to do, and nothing to say. */
public final class BrokenPipeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenPipeException(IOException cause) {
        super(cause);
    }
}
