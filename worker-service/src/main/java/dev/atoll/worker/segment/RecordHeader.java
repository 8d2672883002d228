package dev.atoll.worker.segment;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What stands before the bytes of a record: standard output, standard error, files, and where one
 * of them is long a table of the checksums of their blocks.
 *
 * @param kind what it is
 * @param task the index of the task
 * @param attempt the attempt, from 1
 * @param output standard output, which comes first
 * @param error standard error
 * @param files the files
 * @param tableBytes the length of the table, which comes last
 */
record RecordHeader(
        Kind kind,
        int task,
        int attempt,
        Extent output,
        Extent error,
        Extent files,
        int tableBytes) {
    /* A record without files has a shorter header than one with files, and another magic number: most
     * tasks leave none, and segments of older versions are read as they are. */

    /** The length of a header on disk where there are no files. */
    static final int BYTES = 48;

    /** The length of a header on disk where there are files. */
    static final int BYTES_MAX = 60;

    private static final int MAGIC = 0x41544f31;
    private static final int MAGIC_WITH_FILES = 0x41544f32;

    /**
     * One of the outputs.
     *
     * @param length its bytes
     * @param checksum CRC32C of them
     */
    record Extent(long length, int checksum) {
        static final Extent NOTHING = new Extent(0, 0);
    }

    /** What a record is. The numbers are on disks: never change one. */
    enum Kind {
        /** The outputs of an attempt that succeeded. */
        SUCCESS(1),
        /** The outputs of an attempt that failed. */
        FAILURE(2),
        /** The outputs of some tasks, written before, are dropped; the bytes say which tasks. */
        DROP(3),
        /** Nothing: the bytes could not be written, or were lost. */
        VOID(4);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        private static Optional<Kind> ofNumber(int number) {
            for (Kind kind : values()) {
                if (kind.number == number) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    /** What stands before bytes that mean nothing. */
    static RecordHeader ofNothing(long length) {
        return new RecordHeader(
                Kind.VOID, 0, 0, new Extent(length, 0), Extent.NOTHING, Extent.NOTHING, 0);
    }

    /** One of the outputs. */
    Extent extent(Channel channel) {
        return switch (channel) {
            case STDOUT -> output;
            case STDERR -> error;
            case FILES -> files;
        };
    }

    /** Where the bytes of an output begin, from the beginning of the record. */
    long start(Channel channel) {
        long start = headerLength();
        for (Channel before : Channel.values()) {
            start += before.compareTo(channel) < 0 ? extent(before).length() : 0;
        }
        return start;
    }

    /** Where the checksums of the blocks of an output begin, from the beginning of the record. */
    long tableStart(Channel channel) {
        long start = recordLength() - tableBytes;
        for (Channel before : Channel.values()) {
            start +=
                    before.compareTo(channel) < 0
                            ? (long) Integer.BYTES * BlockChecksums.count(extent(before).length())
                            : 0;
        }
        return start;
    }

    /** The length of the header itself. */
    int headerLength() {
        return files.length() == 0 ? BYTES : BYTES_MAX;
    }

    /** Whether every length is possible. */
    boolean isPlausible() {
        return output.length() >= 0
                && error.length() >= 0
                && files.length() >= 0
                && (tableBytes == 0
                        || tableBytes
                                == BlockChecksums.tableBytes(
                                        output.length(), error.length(), files.length()));
    }

    /** The length of the whole record. */
    long recordLength() {
        return headerLength() + output.length() + error.length() + files.length() + tableBytes;
    }

    /** The same room, and nothing in it. */
    RecordHeader asVoid() {
        return ofNothing(recordLength() - BYTES);
    }

    /** The bytes of the header, ready to be written. */
    ByteBuffer toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(headerLength());
        writeTo(bytes);
        return bytes.flip();
    }

    /** Writes the header at the buffer's position. */
    void writeTo(ByteBuffer buffer) {
        boolean hasFiles = files.length() > 0;
        int start = buffer.position();
        buffer.putInt(hasFiles ? MAGIC_WITH_FILES : MAGIC);
        buffer.putInt(kind.number).putInt(task).putInt(attempt);
        buffer.putLong(output.length()).putLong(error.length());
        buffer.putInt(output.checksum()).putInt(error.checksum()).putInt(tableBytes);
        if (hasFiles) {
            buffer.putLong(files.length()).putInt(files.checksum());
        }
        buffer.putInt(checksum(buffer, start, buffer.position()));
    }

    /** Reads a header at the buffer's position; empty if there is none that is whole. */
    static Optional<RecordHeader> readFrom(ByteBuffer buffer) {
        int start = buffer.position();
        int length = headerLength(buffer);
        if (length == 0
                || buffer.remaining() < length
                || buffer.getInt(start + length - Integer.BYTES)
                        != checksum(buffer, start, start + length - Integer.BYTES)) {
            return Optional.empty();
        }
        Optional<Kind> kind = Kind.ofNumber(buffer.getInt(start + 4));
        buffer.position(start + 8);
        int task = buffer.getInt();
        int attempt = buffer.getInt();
        long outputLength = buffer.getLong();
        long errorLength = buffer.getLong();
        Extent output = new Extent(outputLength, buffer.getInt());
        Extent error = new Extent(errorLength, buffer.getInt());
        int tableBytes = buffer.getInt();
        Extent files =
                length == BYTES ? Extent.NOTHING : new Extent(buffer.getLong(), buffer.getInt());
        buffer.position(start + length);
        return kind.map(
                it -> new RecordHeader(it, task, attempt, output, error, files, tableBytes));
    }

    /** How long the header at the buffer's position is; 0 if there is none. */
    private static int headerLength(ByteBuffer buffer) {
        int magic = buffer.remaining() < BYTES ? 0 : buffer.getInt(buffer.position());
        return switch (magic) {
            case MAGIC -> BYTES;
            case MAGIC_WITH_FILES -> BYTES_MAX;
            default -> 0;
        };
    }

    private static int checksum(ByteBuffer buffer, int start, int end) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().position(start).limit(end));
        return (int) crc.getValue();
    }
}
