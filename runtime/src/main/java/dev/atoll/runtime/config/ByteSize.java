package dev.atoll.runtime.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes: "64MiB". The units B, KiB, MiB, GiB and TiB, and K, M, G and T for the same,
 * are powers of 1,024; a bare number counts bytes.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final String ALLOWED = "a size such as 4096, 512KiB, 64MiB or 2GiB";
    private static final Pattern FORM = Pattern.compile("([0-9]{1,18}) ?(?:B|([KMGT])(?:iB)?)?");
    private static final String UNITS = "KMGT";
    private static final int BITS_PER_UNIT = 10;

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException(ALLOWED);
        }
    }

    /** A number of mebibytes. */
    public static ByteSize ofMebibytes(long mebibytes) {
        return new ByteSize(Math.multiplyExact(mebibytes, 1L << (2 * BITS_PER_UNIT)));
    }

    /**
     * Reads a size.
     *
     * @throws IllegalArgumentException with what is allowed
     */
    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(ALLOWED);
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2);
        int shift = unit == null ? 0 : BITS_PER_UNIT * (UNITS.indexOf(unit) + 1);
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException(ALLOWED + ", below 8 EiB");
        }
        return new ByteSize(number << shift);
    }

    /**
     * The size as an int.
     *
     * @throws ArithmeticException when it is 2 GiB or more
     */
    public int toIntExact() {
        return Math.toIntExact(bytes);
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The size in the largest unit that divides it. */
    @Override
    public String toString() {
        int unit = 0;
        long number = bytes;
        while (unit < UNITS.length() && number != 0 && (number & ((1 << BITS_PER_UNIT) - 1)) == 0) {
            number >>= BITS_PER_UNIT;
            unit++;
        }
        return unit == 0 ? number + "B" : number + UNITS.substring(unit - 1, unit) + "iB";
    }
}
