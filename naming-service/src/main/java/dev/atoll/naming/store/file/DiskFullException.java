package dev.atoll.naming.store.file;

import java.io.IOException;
import java.util.Locale;

/**
 * There is no room for what was to be written; nothing of it is left, and it can be tried again.
 */
final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1;

    DiskFullException(IOException cause) {
        super("the disk of the naming service is full", cause);
    }

    /** Whether an error says that there is no room. */
    static boolean isFull(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }
}
