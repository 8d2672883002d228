package dev.atoll.worker.segment;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What stands before the bytes of a record: standard output, standard error, and where one of them
 * is long a table of the checksums of their blocks.
 *
 * @param kind what it is
 * @param task the index of the task
 * @param attempt the attempt, from 1
 * @param outputLength the bytes of standard output, which come first
 * @param errorLength the bytes of standard error
 * @param outputChecksum CRC32C of the bytes of standard output
 * @param errorChecksum CRC32C of the bytes of standard error
 * @param tableBytes the length of the table, which comes last
 */
record RecordHeader(
        Kind kind,
        int task,
        int attempt,
        long outputLength,
        long errorLength,
        int outputChecksum,
        int errorChecksum,
        int tableBytes) {
    /** The length of a header on disk. */
    static final int BYTES = 48;

    private static final int MAGIC = 0x41544f31;
    private static final int CHECKED_BYTES = 44;

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
        return new RecordHeader(Kind.VOID, 0, 0, length, 0, 0, 0, 0);
    }

    /** How many bytes follow the header. */
    long payloadLength() {
        return outputLength + errorLength + tableBytes;
    }

    /** Whether every length is possible. */
    boolean isPlausible() {
        return outputLength >= 0
                && errorLength >= 0
                && (tableBytes == 0
                        || tableBytes == BlockChecksums.tableBytes(outputLength, errorLength));
    }

    /** The length of the whole record. */
    long recordLength() {
        return BYTES + payloadLength();
    }

    /** The same room, and nothing in it. */
    RecordHeader asVoid() {
        return ofNothing(payloadLength());
    }

    /** The bytes of the header, ready to be written. */
    ByteBuffer toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        writeTo(bytes);
        return bytes.flip();
    }

    /** Writes the header at the buffer's position. */
    void writeTo(ByteBuffer buffer) {
        int start = buffer.position();
        buffer.putInt(MAGIC).putInt(kind.number).putInt(task).putInt(attempt);
        buffer.putLong(outputLength).putLong(errorLength);
        buffer.putInt(outputChecksum).putInt(errorChecksum).putInt(tableBytes);
        buffer.putInt(checksum(buffer, start));
    }

    /** Reads a header at the buffer's position; empty if there is none that is whole. */
    static Optional<RecordHeader> readFrom(ByteBuffer buffer) {
        int start = buffer.position();
        if (buffer.remaining() < BYTES
                || buffer.getInt(start) != MAGIC
                || buffer.getInt(start + CHECKED_BYTES) != checksum(buffer, start)) {
            return Optional.empty();
        }
        Optional<Kind> kind = Kind.ofNumber(buffer.getInt(start + 4));
        buffer.position(start + 8);
        int task = buffer.getInt();
        int attempt = buffer.getInt();
        long outputLength = buffer.getLong();
        long errorLength = buffer.getLong();
        int outputChecksum = buffer.getInt();
        int errorChecksum = buffer.getInt();
        int tableBytes = buffer.getInt();
        buffer.position(start + BYTES);
        return kind.map(it ->
                new RecordHeader(
                        it,
                        task,
                        attempt,
                        outputLength,
                        errorLength,
                        outputChecksum,
                        errorChecksum,
                        tableBytes));
    }

    private static int checksum(ByteBuffer buffer, int start) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().position(start).limit(start + CHECKED_BYTES));
        return (int) crc.getValue();
    }
}
