package dev.atoll.worker.shuffle;

/** Whole numbers from 0 on in groups of 7 bits, the lowest first. */
final class Varints {
    private Varints() {}

    /** Puts one; returns where it ends. */
    static int put(byte[] bytes, int offset, int value) {
        int at = offset;
        int left = value;
        while (left >= 0x80) {
            bytes[at++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[at++] = (byte) left;
        return at;
    }
}
