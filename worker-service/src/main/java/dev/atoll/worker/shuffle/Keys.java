package dev.atoll.worker.shuffle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The order and the hash of keys. */
final class Keys {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Keys() {}

    /** The first 8 bytes as a number, unsigned, for comparisons that need no more in most cases. */
    static long prefix(byte[] bytes, int offset, int length) {
        return length >= Long.BYTES ? (long) LONG.get(bytes, offset) : tail(bytes, offset, length);
    }

    private static long tail(byte[] bytes, int offset, int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (bytes[offset + i] & 0xFFL) << (56 - 8 * i);
        }
        return value;
    }

    /** Compares two keys whose prefixes are known. */
    static int compare(
            long prefixA,
            byte[] a,
            int offsetA,
            int lengthA,
            long prefixB,
            byte[] b,
            int offsetB,
            int lengthB) {
        int byPrefix = Long.compareUnsigned(prefixA, prefixB);
        return byPrefix != 0
                ? byPrefix
                : Arrays.compareUnsigned(
                        a, offsetA, offsetA + lengthA, b, offsetB, offsetB + lengthB);
    }

    /**
     * A hash that is the same on every machine: it decides which task gets a record. Words of 8
     * bytes are multiplied in, and the finish is that of SplitMix64 (Steele, Lea and Flood, 2014).
     */
    static long hash(byte[] bytes, int offset, int length) {
        long hash = length * GOLDEN;
        int at = offset;
        int left = length;
        while (left >= Long.BYTES) {
            hash = Long.rotateLeft(hash ^ (long) LONG.get(bytes, at), 29) * GOLDEN;
            at += Long.BYTES;
            left -= Long.BYTES;
        }
        hash = (hash ^ tail(bytes, at, left)) * GOLDEN;
        hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
        return hash ^ (hash >>> 31);
    }

    /** Which of so many partitions a key with this hash belongs to. */
    static int partition(long hash, int count) {
        return (int) Math.unsignedMultiplyHigh(hash, count);
    }
}
