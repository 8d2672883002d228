package dev.atoll.cli.items;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Cuts a stream into blocks at the boundaries of records. All blocks together are the stream. */
public final class BlockReader {
    /* A block ends at the last boundary that keeps it within its size. Where there is none, its
     * first record is longer than a block, and it ends at the first boundary behind. */
    private final String name;
    private final InputStream in;
    private final BlockLimits limits;
    private final Delimiter delimiter;
    private byte[] buffer;
    private int filled;
    private long offset;
    private boolean ended;

    /**
     * @param name of the stream, for messages
     */
    public BlockReader(String name, InputStream in, BlockLimits limits, Delimiter delimiter) {
        this.name = name;
        this.in = in;
        this.limits = limits;
        this.delimiter = delimiter;
        this.buffer = new byte[limits.blockBytes() + 1];
    }

    /** Where the next block begins in the stream. */
    public long offset() {
        return offset;
    }

    /**
     * The next block, at least one byte; empty at the end.
     *
     * @throws IOException when the stream cannot be read, or a record is too long
     */
    public Optional<byte[]> next() throws IOException {
        // One byte more than a block tells whether the stream ends with it.
        fill(limits.blockBytes() + 1);
        if (filled == 0) {
            return Optional.empty();
        }
        if (filled <= limits.blockBytes()) {
            return Optional.of(cut(filled));
        }
        int end = delimiter.lastBoundary(buffer, 0, 0, limits.blockBytes());
        return Optional.of(cut(end > 0 ? end : endOfLongRecord()));
    }

    private int endOfLongRecord() throws IOException {
        int longest = limits.recordBytesMax();
        int searched = limits.blockBytes();
        while (true) {
            fill((int) Math.min(2L * filled, longest + 1L));
            int end = delimiter.firstBoundary(buffer, 0, searched, Math.min(filled, longest));
            if (end > 0) {
                return end;
            }
            if (filled > longest) {
                throw limits.tooLong(name, offset);
            }
            if (ended) {
                return filled;
            }
            searched = filled;
        }
    }

    private void fill(int wanted) throws IOException {
        if (buffer.length < wanted) {
            buffer = Arrays.copyOf(buffer, wanted);
        }
        while (!ended && filled < wanted) {
            int count = in.read(buffer, filled, wanted - filled);
            if (count < 0) {
                ended = true;
            } else {
                filled += count;
            }
        }
    }

    private byte[] cut(int end) {
        byte[] block = Arrays.copyOf(buffer, end);
        System.arraycopy(buffer, end, buffer, 0, filled - end);
        filled -= end;
        offset += end;
        return block;
    }
}
