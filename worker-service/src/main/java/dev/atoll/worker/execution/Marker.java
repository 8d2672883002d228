package dev.atoll.worker.execution;

import java.nio.charset.StandardCharsets;

/**
 * An environment variable that a launch and all its descendants carry, by which they are found even
 * when they have left their session and lost their parents.
 *
 * @param value unique to the launch; its prefixes name the worker, and the worker's incarnation
 */
public record Marker(String value) {
    /** The name of the variable. */
    public static final String NAME = "ATOLL_GUARD";

    /** Whether an environment, as the kernel shows it, has this variable with this value. */
    boolean isIn(byte[] environ) {
        return contains(environ, NAME + "=" + value + "\0");
    }

    /** Whether an environment has this variable with a value that starts so. */
    static boolean startsIn(byte[] environ, String valuePrefix) {
        return contains(environ, NAME + "=" + valuePrefix);
    }

    private static boolean contains(byte[] environ, String entry) {
        byte[] wanted = entry.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at >= 0 && at + wanted.length <= environ.length; at = next(environ, at)) {
            if (java.util.Arrays.equals(
                    environ, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }

    /** Where the next variable starts, or -1. */
    private static int next(byte[] environ, int from) {
        for (int i = from; i < environ.length; i++) {
            if (environ[i] == 0) {
                return i + 1;
            }
        }
        return -1;
    }
}
