package dev.atoll.core.model;

/**
 * Names immutable bytes by what they are.
 *
 * @param sha256 the SHA-256 of the bytes: 64 lower-case hexadecimal digits
 * @param sizeBytes how many bytes
 */
public record BlobRef(String sha256, long sizeBytes) {
    /** The length of a digest in hexadecimal digits. */
    public static final int DIGITS = 64;

    public BlobRef {
        if (sha256.length() != DIGITS || !sha256.chars().allMatch(BlobRef::isHexDigit)) {
            throw new IllegalArgumentException(
                    "a SHA-256 has 64 lower-case hexadecimal digits: " + sha256);
        }
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("a size is at least 0, not " + sizeBytes);
        }
    }

    private static boolean isHexDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
}
