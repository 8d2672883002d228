package dev.atoll.client;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * A file that has a name in the cluster.
 *
 * @param copies on how many workers that are here its rarest block is, as seen last; 0: it is
 *     damaged; empty while the cluster has not looked
 */
public record StoredFile(String name, long sizeBytes, Instant createTime, OptionalInt copies) {
    /** The longest name, in characters. */
    public static final int NAME_LENGTH_MAX = 200;
}
