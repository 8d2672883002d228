package dev.atoll.worker.disk;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Locale;

/** What an I/O error means, in words that do not differ from task to task. */
public final class DiskTrouble {
    private DiskTrouble() {}

    /** Whether there is no room left. */
    public static boolean isFull(IOException e) {
        String message = reason(e).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }

    /** The error in a sentence without the names of files. */
    public static String describe(IOException e) {
        return isFull(e) ? "the worker's disk is full" : "the worker's disk failed: " + reason(e);
    }

    private static String reason(IOException e) {
        // The message of this one begins with the file.
        String reason = e instanceof FileSystemException named ? named.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
