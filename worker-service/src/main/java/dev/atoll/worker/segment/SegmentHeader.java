package dev.atoll.worker.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * What stands at the beginning of a segment: that it is one, and up to where it is known to be
 * durable. Everything before that mark needs no check of its bytes when a worker starts.
 */
final class SegmentHeader {
    /** The length of the header; the first record follows. */
    static final int BYTES = 64;

    private static final long MAGIC = 0x41544f4c_4c534547L;
    private static final int CHECKED_BYTES = 16;

    private SegmentHeader() {}

    /** Writes the mark in place; it may get lost, but never says too much. */
    static void write(FileChannel channel, long durableUpTo) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES);
        buffer.putLong(MAGIC).putLong(durableUpTo);
        buffer.putInt(checksum(buffer)).clear();
        SpoolPart.writeFully(channel, buffer, 0);
    }

    /** Reads the mark; 0 if there is none that is whole. */
    static long read(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES);
        int count = channel.read(buffer, 0);
        boolean whole =
                count >= CHECKED_BYTES + Integer.BYTES
                        && buffer.getLong(0) == MAGIC
                        && buffer.getInt(CHECKED_BYTES) == checksum(buffer);
        return whole ? buffer.getLong(Long.BYTES) : 0;
    }

    private static int checksum(ByteBuffer buffer) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().position(0).limit(CHECKED_BYTES));
        return (int) crc.getValue();
    }
}
