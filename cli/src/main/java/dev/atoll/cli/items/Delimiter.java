package dev.atoll.cli.items;

import dev.atoll.client.RecordEnds;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What ends a record: some bytes, at least one. A boundary lies behind each place where they stand,
 * also where two such places overlap. Or it is their size: then blocks are as long as some whole
 * records, and every place in question is a boundary.
 */
public final class Delimiter {
    /** A line break. */
    public static final Delimiter NEWLINE = new Delimiter(new byte[] {'\n'});

    private static final int BYTES_MAX = 256;
    private static final String ALLOWED =
            "1 to 256 bytes, where \\n, \\r, \\t, \\0, \\\\ and \\xHH stand for single bytes";

    private final byte[] bytes;
    private final RecordEnds ends;

    private Delimiter(byte[] bytes) {
        this(bytes, RecordEnds.at(bytes));
    }

    private Delimiter(byte[] bytes, RecordEnds ends) {
        this.bytes = bytes;
        this.ends = ends;
    }

    /** Records of one size, for blocks that are {@link #fitting} to it. */
    static Delimiter every(int recordBytes) {
        return new Delimiter(new byte[0], RecordEnds.every(recordBytes));
    }

    /** The size of blocks, as that of some whole records where all have the same. */
    BlockLimits fitting(int blockBytes) {
        int size = Math.max(1, ends.sizeBytes());
        return BlockLimits.ofBlocks(Math.max(size, blockBytes / size * size));
    }

    /** Where records end. */
    public RecordEnds ends() {
        return ends;
    }

    /**
     * Reads a delimiter as people write it.
     *
     * @throws IllegalArgumentException with what is allowed
     */
    public static Delimiter parse(String text) {
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        while (at < raw.length) {
            if (raw[at] != '\\') {
                out.write(raw[at]);
                at++;
            } else if (at + 1 < raw.length && raw[at + 1] == 'x') {
                out.write(hexadecimal(raw, at + 2));
                at += 4;
            } else {
                out.write(escaped(at + 1 < raw.length ? raw[at + 1] : 0));
                at += 2;
            }
        }
        return of(out.toByteArray());
    }

    /** These bytes. */
    static Delimiter of(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return new Delimiter(bytes.clone());
    }

    /** How many bytes. */
    int length() {
        return Math.max(1, bytes.length);
    }

    /** The first boundary in data[from..to) that is behind {@code after}, or -1. */
    int firstBoundary(byte[] data, int from, int after, int to) {
        for (int end = Math.max(after + 1, from + bytes.length); end <= to; end++) {
            if (endsAt(data, end)) {
                return end;
            }
        }
        return -1;
    }

    /** The last boundary in data[from..to) that is behind {@code after}, or -1. */
    int lastBoundary(byte[] data, int from, int after, int to) {
        int lowest = Math.max(after + 1, from + bytes.length);
        for (int end = to; end >= lowest; end--) {
            if (endsAt(data, end)) {
                return end;
            }
        }
        return -1;
    }

    private boolean endsAt(byte[] data, int end) {
        int length = bytes.length;
        return length == 0
                || (data[end - 1] == bytes[length - 1]
                        && Arrays.equals(data, end - length, end, bytes, 0, length));
    }

    private static int escaped(byte letter) {
        return switch (letter) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '0' -> 0;
            case '\\' -> '\\';
            default -> throw new IllegalArgumentException(ALLOWED);
        };
    }

    private static int hexadecimal(byte[] raw, int at) {
        if (at + 1 >= raw.length) {
            throw new IllegalArgumentException(ALLOWED);
        }
        int high = Character.digit(raw[at], 16);
        int low = Character.digit(raw[at + 1], 16);
        if (high < 0 || low < 0) {
            throw new IllegalArgumentException(ALLOWED);
        }
        return high * 16 + low;
    }
}
