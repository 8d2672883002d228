package dev.atoll.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Cuts a stream into blocks, where a record ends if one does. For one thread. */
final class BlockCutter {
    private final InputStream in;
    private final int blockBytes;
    private final RecordEnds ends;
    private byte[] rest = new byte[0];
    private boolean ended;
    private boolean endAtLines = true;
    private boolean endAtRecords = true;
    private boolean isLastCutLoose;
    private boolean isLastWithinRecord;

    BlockCutter(InputStream in, int blockBytes, RecordEnds ends) {
        this.in = in;
        this.blockBytes = blockBytes;
        this.ends = ends;
    }

    /** The next block, at least one byte; empty at the end. */
    Optional<byte[]> next() throws IOException {
        byte[] block = Arrays.copyOf(rest, blockBytes);
        int length = rest.length;
        rest = new byte[0];
        if (!ended) {
            int read = in.readNBytes(block, length, blockBytes - length);
            ended = read < blockBytes - length;
            length += read;
        }
        if (length == 0) {
            return Optional.empty();
        }
        endAtLines &= !isLastCutLoose;
        endAtRecords &= !isLastWithinRecord;
        int whole = ended ? length : ends.last(block, length);
        int end = whole > 0 ? whole : length;
        isLastCutLoose = block[end - 1] != '\n';
        isLastWithinRecord = whole == 0;
        rest = Arrays.copyOfRange(block, end, length);
        return Optional.of(end == block.length ? block : Arrays.copyOf(block, end));
    }

    /** Whether each block so far, but for the last, ends right after a newline. */
    boolean endAtLines() {
        return endAtLines;
    }

    /** Whether each block so far, but for the last, ends where a record does. */
    boolean endAtRecords() {
        return endAtRecords;
    }
}
