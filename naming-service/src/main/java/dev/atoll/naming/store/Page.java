package dev.atoll.naming.store;

import java.util.List;

/**
 * Some entries in key order.
 *
 * @param more whether further entries follow the last one
 * @param revision the revision at which the entries were read
 */
public record Page(List<Entry> entries, boolean more, long revision) {
    /** The most entries that one page may be asked for. */
    public static final int LIMIT_MAX = 1_000;

    public Page {
        entries = List.copyOf(entries);
    }

    /** Checks the limit of a request; {@link IllegalArgumentException} when it is out of range. */
    public static int checkLimit(int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException(
                    "limit must be 1 to " + LIMIT_MAX + ", it is " + limit);
        }
        return limit;
    }
}
