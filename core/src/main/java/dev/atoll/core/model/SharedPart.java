package dev.atoll.core.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A part of a file that workers see under the same path as whoever submits: on a file system that
 * all have mounted.
 *
 * @param path absolute
 * @param offset of its first byte
 * @param sizeBytes how many bytes
 * @param fileBytes how long the whole file was when it was cut
 * @param modified when it had last been changed then: from 1970 to 9999
 */
public record SharedPart(
        String path, long offset, long sizeBytes, long fileBytes, Instant modified) {
    private static final Instant MODIFIED_MAX = Instant.parse("9999-12-31T23:59:59.999Z");

    public SharedPart {
        requireNonNull(path, "path is null");
        requireNonNull(modified, "modified is null");
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a shared path is absolute, not " + path);
        }
        if (modified.isBefore(Instant.EPOCH) || modified.isAfter(MODIFIED_MAX)) {
            throw new IllegalArgumentException("nothing was changed at " + modified);
        }
        if (offset < 0 || sizeBytes < 0 || sizeBytes > fileBytes - offset) {
            throw new IllegalArgumentException(
                    "%d bytes at %d are no part of %d".formatted(sizeBytes, offset, fileBytes));
        }
    }
}
