package dev.atoll.cli.items;

import dev.atoll.client.BlobSource.FilePart;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Cuts a regular file into the same blocks as {@link BlockReader} would, but only looks at the
 * bytes around the cuts.
 */
final class FileBlocks implements AutoCloseable {
    private static final int WINDOW_BYTES = 64 << 10;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final BlockLimits limits;
    private final Delimiter delimiter;
    private long offset;

    FileBlocks(Path file, BlockLimits limits, Delimiter delimiter) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file);
        this.size = channel.size();
        this.limits = limits;
        this.delimiter = delimiter;
    }

    /** The next block, at least one byte; empty at the end. */
    Optional<FilePart> next() throws IOException {
        if (offset >= size) {
            return Optional.empty();
        }
        long end = end();
        FilePart block = new FilePart(file, offset, end - offset);
        offset = end;
        return Optional.of(block);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private long end() throws IOException {
        long full = offset + limits.blockBytes();
        if (full >= size) {
            return size;
        }
        long boundary = lastBoundary(full);
        return boundary > 0 ? boundary : endOfLongRecord(full);
    }

    /* Windows backwards from the greatest end; each overlaps the one before by almost a delimiter,
     * so that none is missed between two. */
    private long lastBoundary(long full) throws IOException {
        int overlap = delimiter.length() - 1;
        long to = full;
        while (to > offset) {
            long from = Math.max(offset, to - WINDOW_BYTES - overlap);
            byte[] window = read(from, to);
            int found = delimiter.lastBoundary(window, 0, 0, window.length);
            if (found > 0) {
                return from + found;
            }
            if (from == offset) {
                return -1;
            }
            to = from + overlap;
        }
        return -1;
    }

    private long endOfLongRecord(long searched) throws IOException {
        long limit = Math.min(size, offset + limits.recordBytesMax());
        int overlap = delimiter.length() - 1;
        long from = Math.max(offset, searched - overlap);
        while (true) {
            long to = Math.min(limit, from + WINDOW_BYTES + overlap);
            byte[] window = read(from, to);
            int found = delimiter.firstBoundary(window, 0, 0, window.length);
            if (found > 0) {
                return from + found;
            }
            if (to == size) {
                return size;
            }
            if (to == limit) {
                throw limits.tooLong(file.toString(), offset);
            }
            from = to - overlap;
        }
    }

    private byte[] read(long from, long to) throws IOException {
        ByteBuffer window = ByteBuffer.allocate((int) (to - from));
        while (window.hasRemaining()) {
            if (channel.read(window, from + window.position()) < 0) {
                throw new IOException(file + " became shorter while it was read");
            }
        }
        return window.array();
    }
}
