package dev.atoll.naming.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Reads the frames of a file one by one and tells a torn end from damage. */
final class FrameReader {
    /* Frames are forced to disk one at a time, so only the last one can be unfinished, and nobody was
     * told that it is durable. It may be too short, or long enough with sectors that were never
     * written. Anything else that does not check out was whole once: that is damage. So is a frame
     * whose head is missing and that has another one behind it. */
    private static final int WINDOW_BYTES = 64 << 10;

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
        if (!Frame.isHeader(position, header, 0)) {
            // Looked at together with what follows, up to the end of the sector that the header
            // ends
            // in: a header's share of a sector alone is so small that it may be zero by chance.
            long headerEnd = position + Frame.HEADER_BYTES;
            long sectorEnd = headerEnd + Frame.SECTOR_BYTES - headerEnd % Frame.SECTOR_BYTES;
            byte[] sectors = read(position, (int) (Math.min(sectorEnd, size) - position));
            if (Frame.missesSector(position, sectors) && !hasFrameBehind(position)) {
                return endTorn();
            }
            throw new CorruptStoreException(file, position, "the head of a frame does not check");
        }
        return payload(header);
    }

    private Optional<byte[]> payload(byte[] header) throws IOException {
        long start = position + Frame.HEADER_BYTES;
        int length = Frame.lengthOfRest(header);
        if (start + length > size) {
            return endTorn();
        }
        byte[] rest = read(start, length);
        if (!Frame.isRest(header, rest)) {
            if (start + length == size && Frame.missesSector(start, rest)) {
                return endTorn();
            }
            throw new CorruptStoreException(file, position, "a frame does not check");
        }
        position = start + length;
        return Optional.of(Arrays.copyOf(rest, length - Frame.CLOSING_BYTES));
    }

    /** Whether a frame begins anywhere behind an offset. */
    private boolean hasFrameBehind(long offset) throws IOException {
        long start = offset + 1;
        while (start + Frame.HEADER_BYTES <= size) {
            byte[] window = read(start, (int) Math.min(WINDOW_BYTES, size - start));
            int candidates = window.length - Frame.HEADER_BYTES + 1;
            for (int i = 0; i < candidates; i++) {
                if (Frame.isHeader(start + i, window, i)) {
                    return true;
                }
            }
            start += candidates;
        }
        return false;
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
