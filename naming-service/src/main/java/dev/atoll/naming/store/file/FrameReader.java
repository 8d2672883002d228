package dev.atoll.naming.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the frames of a file one by one and tells a torn end from damage. */
final class FrameReader {
    /* Frames are forced to disk one at a time, so only the last one can be unfinished, and nobody was
     * told that it is durable. It may be too short, or long enough with sectors that were never
     * written. Anything else that does not check out was whole once: that is damage. */

    private final FileChannel channel;
    private final Path file;
    private final long size;
    private long position;
    private boolean torn;

    FrameReader(FileChannel channel, Path file, long start) throws IOException {
        this.channel = channel;
        this.file = file;
        this.size = channel.size();
        this.position = start;
    }

    /** The end of the last whole frame. */
    long position() {
        return position;
    }

    /** Whether the file ends in an unfinished frame. */
    boolean isTorn() {
        return torn;
    }

    /**
     * The payload of the next frame; empty at the end of the file, also a torn one.
     *
     * @throws CorruptStoreException when the file is damaged
     */
    Optional<byte[]> next() throws IOException {
        long left = size - position;
        if (left == 0) {
            return Optional.empty();
        }
        if (left < Frame.HEADER_BYTES) {
            return endTorn();
        }
        byte[] header = read(position, Frame.HEADER_BYTES);
        ByteBuffer fields = ByteBuffer.wrap(header);
        int length = fields.getInt();
        if (fields.getInt() != Frame.checkOfHeader(position, length)) {
            if (Frame.missesSector(position, header)) {
                return endTorn();
            }
            throw new CorruptStoreException(file, position, "the head of a frame does not check");
        }
        if (length < 1 || length > Frame.PAYLOAD_BYTES_MAX) {
            throw new CorruptStoreException(file, position, "a frame of " + length + " bytes");
        }
        return payload(length, fields.getInt());
    }

    private Optional<byte[]> payload(int length, int check) throws IOException {
        long start = position + Frame.HEADER_BYTES;
        if (start + length > size) {
            return endTorn();
        }
        byte[] payload = read(start, length);
        if (Frame.checkOf(payload) != check) {
            if (start + length == size && Frame.missesSector(start, payload)) {
                return endTorn();
            }
            throw new CorruptStoreException(file, position, "a frame does not check");
        }
        position = start + length;
        return Optional.of(payload);
    }

    private Optional<byte[]> endTorn() {
        torn = true;
        return Optional.empty();
    }

    private byte[] read(long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException(file + " became shorter while it was read");
            }
        }
        return buffer.array();
    }
}
