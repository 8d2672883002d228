package dev.atoll.worker.shuffle;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes a sorted run: blocks of records, each of one partition; an index with an entry for each
 * block; a trailer that says where the index is. Not thread-safe.
 */
public final class RunWriter implements AutoCloseable {
    /** About how large blocks are before they are compressed. */
    static final int BLOCK_BYTES = 32 << 10;

    /** Of a longer key the index has its beginning only. */
    static final int INDEX_KEY_BYTES_MAX = 256;

    /** The position and the size of the index, its checksum, and the sign of a run. */
    static final int TRAILER_BYTES = Long.BYTES + 3 * Integer.BYTES;

    /** "ATR1". */
    static final int SIGN = 0x41545231;

    private final RunSink sink;
    private final RecordBlock block = new RecordBlock(BLOCK_BYTES + 1024);
    private final ByteArrayOutputStream indexBytes = new ByteArrayOutputStream();
    private final DataOutputStream index = new DataOutputStream(indexBytes);
    private byte[] firstKey = new byte[0];
    private int partition;
    private long position;

    public RunWriter(RunSink sink) {
        this.sink = sink;
    }

    /** Writes everything that a cursor comes to. */
    public void addAll(RecordCursor records) throws IOException {
        while (records.next()) {
            if (block.size() > 0
                    && (block.size() >= BLOCK_BYTES || records.partition() != partition)) {
                endBlock();
            }
            if (block.size() == 0) {
                partition = records.partition();
                firstKey = new byte[Math.min(records.keyLength(), INDEX_KEY_BYTES_MAX)];
                System.arraycopy(records.bytes(), records.offset(), firstKey, 0, firstKey.length);
            }
            block.add(records);
        }
    }

    /** Writes the rest; nothing at all if there were no records. */
    public void end() throws IOException {
        if (block.size() > 0) {
            endBlock();
        }
        if (position == 0) {
            return;
        }
        byte[] entries = indexBytes.toByteArray();
        sink.write(ByteBuffer.wrap(entries));
        sink.write(
                ByteBuffer.allocate(TRAILER_BYTES)
                        .putLong(position)
                        .putInt(entries.length)
                        .putInt(checksum(ByteBuffer.wrap(entries)))
                        .putInt(SIGN)
                        .flip());
    }

    private void endBlock() throws IOException {
        int rawSize = block.size();
        ByteBuffer stored = block.take();
        index.writeInt(partition);
        index.writeInt(rawSize);
        index.writeInt(stored.remaining());
        index.writeInt(checksum(stored.duplicate()));
        index.writeInt(firstKey.length);
        index.write(firstKey);
        position += stored.remaining();
        sink.write(stored);
    }

    static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Override
    public void close() {
        block.close();
    }
}
