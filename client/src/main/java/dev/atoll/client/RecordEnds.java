package dev.atoll.client;

import java.util.Arrays;

/** Where the records of a file end, so that it can be cut into blocks of whole ones. */
public final class RecordEnds {
    /** At line breaks. */
    public static final RecordEnds LINES = new RecordEnds(new byte[] {'\n'}, 0);

    /** The longest delimiter. */
    public static final int DELIMITER_BYTES_MAX = 256;

    private final byte[] delimiter;
    private final int sizeBytes;

    private RecordEnds(byte[] delimiter, int sizeBytes) {
        this.delimiter = delimiter;
        this.sizeBytes = sizeBytes;
    }

    /** Behind these bytes: 1 to {@link #DELIMITER_BYTES_MAX}. */
    public static RecordEnds at(byte[] delimiter) {
        if (delimiter.length == 0 || delimiter.length > DELIMITER_BYTES_MAX) {
            throw new IllegalArgumentException("a delimiter has 1 to 256 bytes");
        }
        return new RecordEnds(delimiter.clone(), 0);
    }

    /** Every so many bytes: 1 to {@link StoredFiles#BLOCK_BYTES}. */
    public static RecordEnds every(int sizeBytes) {
        if (sizeBytes < 1 || sizeBytes > StoredFiles.BLOCK_BYTES) {
            throw new IllegalArgumentException("a record has 1 B to 16 MiB");
        }
        return new RecordEnds(new byte[0], sizeBytes);
    }

    /** How long each record is; 0 where a delimiter says so. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** A copy of what ends each record; empty where their size says so. */
    public byte[] delimiter() {
        return delimiter.clone();
    }

    /** The last end of a record in the first bytes of a block that begins with one; 0: none. */
    int last(byte[] block, int length) {
        if (sizeBytes > 0) {
            return length / sizeBytes * sizeBytes;
        }
        for (int end = length; end >= delimiter.length; end--) {
            if (isAt(block, end)) {
                return end;
            }
        }
        return 0;
    }

    private boolean isAt(byte[] block, int end) {
        int length = delimiter.length;
        return block[end - 1] == delimiter[length - 1]
                && Arrays.equals(block, end - length, end, delimiter, 0, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordEnds that
                && sizeBytes == that.sizeBytes
                && Arrays.equals(delimiter, that.delimiter);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(delimiter) + sizeBytes;
    }
}
