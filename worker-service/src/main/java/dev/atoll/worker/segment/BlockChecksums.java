package dev.atoll.worker.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** CRC32C of an output as a whole and of each of its blocks, as its bytes come. */
final class BlockChecksums {
    /* A reader hands out no byte that it has not checked, or damage would show only when the caller
     * has most of a large output. So whatever is longer than a block is followed by a table of its
     * blocks' checksums; a shorter one needs only the checksum in the header. */

    /** The length of a block; the last may be shorter. */
    static final int BLOCK_BYTES = 256 << 10;

    private final CRC32C whole = new CRC32C();
    private final CRC32C block = new CRC32C();
    private int[] blocks = {};
    private long length;

    /** Takes the next bytes. */
    void update(ByteBuffer bytes) {
        whole.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            int at = (int) (length % BLOCK_BYTES);
            int count = Math.min(bytes.remaining(), BLOCK_BYTES - at);
            block.update(bytes.duplicate().limit(bytes.position() + count));
            bytes.position(bytes.position() + count);
            length += count;
            if (length % BLOCK_BYTES == 0) {
                put((int) (length / BLOCK_BYTES) - 1, (int) block.getValue());
                block.reset();
            }
        }
    }

    /** The checksum of all bytes. */
    int whole() {
        return (int) whole.getValue();
    }

    /** Writes the checksum of every block at the buffer's position. */
    void writeTo(ByteBuffer buffer) {
        int full = (int) (length / BLOCK_BYTES);
        for (int i = 0; i < full; i++) {
            buffer.putInt(blocks[i]);
        }
        if (length % BLOCK_BYTES > 0) {
            buffer.putInt((int) block.getValue());
        }
    }

    /** How many blocks so many bytes are. */
    static int count(long lengthBytes) {
        return (int) Math.ceilDiv(lengthBytes, (long) BLOCK_BYTES);
    }

    /** The length of the table that the outputs need; 0 if each fits into one block. */
    static int tableBytes(long outputLength, long errorLength, long filesLength) {
        return outputLength <= BLOCK_BYTES
                        && errorLength <= BLOCK_BYTES
                        && filesLength <= BLOCK_BYTES
                ? 0
                : Integer.BYTES * (count(outputLength) + count(errorLength) + count(filesLength));
    }

    private void put(int position, int checksum) {
        if (position == blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(4, 2 * position));
        }
        blocks[position] = checksum;
    }
}
