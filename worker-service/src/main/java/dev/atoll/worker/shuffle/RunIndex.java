package dev.atoll.worker.shuffle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The blocks of a run. */
public final class RunIndex {
    private static final int ENTRY_BYTES = 5 * Integer.BYTES;

    private final RunSource source;
    private final byte[] entries;

    /** A block: where it is, and what it begins with. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares two.
    record Block(
            int partition, long position, int rawSize, int storedSize, int checksum, byte[] key) {}

    private RunIndex(RunSource source, byte[] entries) {
        this.source = source;
        this.entries = entries;
    }

    /**
     * Reads the index of a run.
     *
     * @throws IOException if it is damaged, or cannot be read
     */
    public static RunIndex of(RunSource source) throws IOException {
        if (source.length() == 0) {
            return new RunIndex(source, new byte[0]);
        }
        long end = source.length() - RunWriter.TRAILER_BYTES;
        if (end < 0) {
            throw source.damaged("a run of records is cut off");
        }
        ByteBuffer trailer = ByteBuffer.allocate(RunWriter.TRAILER_BYTES);
        source.read(end, trailer);
        trailer.flip();
        long position = trailer.getLong();
        int size = trailer.getInt();
        int checksum = trailer.getInt();
        if (trailer.getInt() != RunWriter.SIGN || size < 0 || position != end - size) {
            throw source.damaged("there is no run of records");
        }
        byte[] entries = new byte[size];
        source.read(position, ByteBuffer.wrap(entries));
        if (RunWriter.checksum(ByteBuffer.wrap(entries)) != checksum) {
            throw source.damaged("the index of a run of records");
        }
        return new RunIndex(source, entries);
    }

    /** Those that may hold what is wanted, in order. */
    List<Block> blocks(RunPart part) {
        List<Block> found = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(entries);
        long position = 0;
        while (in.remaining() >= ENTRY_BYTES) {
            int partition = in.getInt();
            int rawSize = in.getInt();
            int storedSize = in.getInt();
            int checksum = in.getInt();
            int keyLength = in.getInt();
            int keyAt = in.position();
            in.position(keyAt + keyLength);
            switch (part) {
                case RunPart.Partition(int wanted) when partition != wanted -> {}
                case RunPart.KeyRange range when range.isBehind(entries, keyAt, keyLength) -> {
                    return found;
                }
                default -> {
                    byte[] key = new byte[keyLength];
                    System.arraycopy(entries, keyAt, key, 0, keyLength);
                    // The block before holds nothing of the range if this one begins before it too.
                    if (part instanceof RunPart.KeyRange range && range.isBeforeWith(key)) {
                        found.clear();
                    }
                    found.add(new Block(partition, position, rawSize, storedSize, checksum, key));
                }
            }
            position += storedSize;
        }
        return found;
    }

    /** Reads a block as it is stored, and checks it. */
    void read(Block block, byte[] into) throws IOException {
        ByteBuffer stored = ByteBuffer.wrap(into, 0, block.storedSize());
        source.read(block.position(), stored);
        if (RunWriter.checksum(stored.flip()) != block.checksum()) {
            throw source.damaged("a block of records at %d".formatted(block.position()));
        }
    }
}
