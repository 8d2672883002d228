package dev.atoll.worker.shuffle;

/** Whole numbers in decimal, as bytes. */
final class WholeNumbers {
    private static final int DIGITS_MAX = 18;

    private WholeNumbers() {}

    /** Whether these are a whole number of up to 18 digits, maybe with a minus. */
    static boolean isOne(byte[] bytes, int offset, int length) {
        int first = length > 0 && bytes[offset] == '-' ? 1 : 0;
        if (length <= first || length - first > DIGITS_MAX) {
            return false;
        }
        for (int i = first; i < length; i++) {
            if (bytes[offset + i] < '0' || bytes[offset + i] > '9') {
                return false;
            }
        }
        return true;
    }

    /** What they say, where {@link #isOne}. */
    static long parse(byte[] bytes, int offset, int length) {
        boolean isNegative = bytes[offset] == '-';
        long value = 0;
        for (int i = isNegative ? 1 : 0; i < length; i++) {
            value = value * 10 + bytes[offset + i] - '0';
        }
        return isNegative ? -value : value;
    }
}
