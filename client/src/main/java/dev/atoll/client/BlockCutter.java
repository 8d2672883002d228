package dev.atoll.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Cuts a stream into blocks, right after a newline where there is one. For one thread. */
final class BlockCutter {
    private final InputStream in;
    private final int blockBytes;
    private byte[] rest = new byte[0];
    private boolean ended;
    private boolean endAtLines = true;
    private boolean isLastCutLoose;

    BlockCutter(InputStream in, int blockBytes) {
        this.in = in;
        this.blockBytes = blockBytes;
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
        int end = ended ? length : lastCut(block, length);
        isLastCutLoose = block[end - 1] != '\n';
        rest = Arrays.copyOfRange(block, end, length);
        return Optional.of(end == block.length ? block : Arrays.copyOf(block, end));
    }

    /** Whether each block so far, but for the last, ends right after a newline. */
    boolean endAtLines() {
        return endAtLines;
    }

    private static int lastCut(byte[] block, int length) {
        for (int end = length; end > 0; end--) {
            if (block[end - 1] == '\n') {
                return end;
            }
        }
        return length;
    }
}
