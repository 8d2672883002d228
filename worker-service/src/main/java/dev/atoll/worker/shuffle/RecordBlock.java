package dev.atoll.worker.shuffle;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Collects records into a block: of each its length, that of its key and its task as varints, and
 * then its bytes. Not thread-safe.
 */
public final class RecordBlock implements AutoCloseable {
    /* Speed is what counts: the level is the one that costs least. */
    private static final int LEVEL = 1;
    private static final int VARINT_BYTES_MAX = 5;

    private final ZstdCompressCtx compressor = new ZstdCompressCtx().setLevel(LEVEL);
    private byte[] raw;
    private byte[] compressed = new byte[0];
    private int size;

    /**
     * @param capacity how many bytes it has room for at first
     */
    public RecordBlock(int capacity) {
        this.raw = new byte[capacity];
    }

    /** How many bytes it has. */
    public int size() {
        return size;
    }

    /** Adds a copy of the record. */
    public void add(RecordCursor record) {
        int needed = size + record.length() + 3 * VARINT_BYTES_MAX;
        if (needed > raw.length) {
            raw = Arrays.copyOf(raw, Math.max(needed, raw.length * 2));
        }
        size = Varints.put(raw, size, record.length());
        size = Varints.put(raw, size, record.keyLength());
        size = Varints.put(raw, size, record.task());
        System.arraycopy(record.bytes(), record.offset(), raw, size, record.length());
        size += record.length();
    }

    /**
     * What it holds, compressed if that is less, and empties it.
     *
     * @return valid until the next call
     */
    public ByteBuffer take() {
        int rawSize = size;
        size = 0;
        int bound = (int) Zstd.compressBound(rawSize);
        if (compressed.length < bound) {
            compressed = new byte[bound];
        }
        int less = compressor.compressByteArray(compressed, 0, bound, raw, 0, rawSize);
        return less < rawSize
                ? ByteBuffer.wrap(compressed, 0, less)
                : ByteBuffer.wrap(raw, 0, rawSize);
    }

    @Override
    public void close() {
        compressor.close();
    }
}
