package dev.atoll.worker.segment;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The bytes of a segment's file, as somebody reads them. */
interface SegmentBytes {
    /**
     * Fills a buffer with the bytes at a position.
     *
     * @throws EOFException if the file ends before
     */
    void read(ByteBuffer into, long at) throws IOException;

    /** Where the file ends, or a position before that: up to there, {@link #read} goes. */
    long end() throws IOException;

    /** As the disk has them. */
    static SegmentBytes of(FileChannel channel) {
        return new SegmentBytes() {
            @Override
            public void read(ByteBuffer into, long at) throws IOException {
                readFully(channel, into, at);
            }

            @Override
            public long end() throws IOException {
                return channel.size();
            }
        };
    }

    /**
     * Fills a buffer with the bytes of a file at a position.
     *
     * @throws EOFException if the file ends before
     */
    static void readFully(FileChannel channel, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int count = channel.read(into, at);
            if (count < 0) {
                throw new EOFException("a segment ends at %d".formatted(at));
            }
            at += count;
        }
    }
}
