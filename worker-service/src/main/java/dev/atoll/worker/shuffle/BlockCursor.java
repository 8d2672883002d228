package dev.atoll.worker.shuffle;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** Goes through the records of one block after the other. */
public abstract class BlockCursor extends RecordCursor {
    private @Nullable ZstdDecompressCtx decompressor; // Made when there is something to do.
    private byte[] raw = new byte[0];
    private int size;
    private int at;
    private int inPartition;

    /** Makes the next block the present one, by {@link #setBlock}; false if there is none. */
    protected abstract boolean nextBlock() throws IOException;

    /**
     * Sets the present block.
     *
     * @param rawSize how many bytes it has; where it is stored in fewer, it is compressed
     * @throws IOException if it cannot be decompressed
     */
    protected final void setBlock(
            int partition, byte[] stored, int offset, int storedSize, int rawSize)
            throws IOException {
        if (raw.length < rawSize) {
            raw = new byte[rawSize];
        }
        if (storedSize == rawSize) {
            System.arraycopy(stored, offset, raw, 0, rawSize);
        } else {
            decompress(stored, offset, storedSize, rawSize);
        }
        inPartition = partition;
        size = rawSize;
        at = 0;
    }

    private void decompress(byte[] stored, int offset, int storedSize, int rawSize)
            throws IOException {
        if (decompressor == null) {
            decompressor = new ZstdDecompressCtx();
        }
        try {
            int got = decompressor.decompressByteArray(raw, 0, rawSize, stored, offset, storedSize);
            if (got != rawSize) {
                throw new IOException("a block of records has a wrong length");
            }
        } catch (ZstdException e) {
            throw new IOException("a block of records is damaged", e);
        }
    }

    @Override
    public final boolean next() throws IOException {
        while (at == size) {
            if (!nextBlock()) {
                return false;
            }
        }
        int length = varint();
        int keyLength = varint();
        int task = varint();
        if (length < 0 || length > size - at || keyLength < 0 || keyLength > length) {
            throw new IOException("a block of records is damaged");
        }
        pointTo(inPartition, raw, at, length, keyLength);
        setTask(task);
        at += length;
        return true;
    }

    private int varint() throws IOException {
        int value = 0;
        int shift = 0;
        while (at < size && shift < Integer.SIZE) {
            byte next = raw[at++];
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
            shift += 7;
        }
        throw new IOException("a block of records is damaged");
    }

    @Override
    public void close() throws IOException {
        if (decompressor != null) {
            decompressor.close();
        }
    }
}
