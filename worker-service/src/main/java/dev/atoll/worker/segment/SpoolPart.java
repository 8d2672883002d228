package dev.atoll.worker.segment;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** One output of an attempt, in memory or in a file that has no name. Not thread-safe. */
final class SpoolPart {
    private static final byte[] NOTHING = new byte[0];
    private static final int MEMORY_MIN = 256;

    private @Nullable BlockChecksums checksums; // Most tasks write to one output only.
    private byte[] memory = NOTHING;
    private @Nullable FileChannel file;
    private long length;

    long length() {
        return length;
    }

    RecordHeader.Extent extent() {
        return checksums == null
                ? RecordHeader.Extent.NOTHING
                : new RecordHeader.Extent(length, checksums.whole());
    }

    BlockChecksums checksums() {
        BlockChecksums made = checksums;
        if (made == null) {
            made = new BlockChecksums();
            checksums = made;
        }
        return made;
    }

    void append(ByteBuffer bytes) throws IOException {
        ByteBuffer checked = bytes.duplicate();
        int count = bytes.remaining();
        if (file != null) {
            writeFully(file, bytes, length);
        } else {
            int end = (int) length + count;
            if (end > memory.length) {
                memory = Arrays.copyOf(memory, Math.max(end, Math.max(MEMORY_MIN, end * 2)));
            }
            bytes.get(memory, (int) length, count);
        }
        checksums().update(checked);
        length += count;
    }

    /**
     * Moves from memory to a file.
     *
     * @param name of the file for the moment in which it has one
     */
    void spill(Path name) throws IOException {
        FileChannel opened = Spool.nameless(name);
        writeFully(opened, ByteBuffer.wrap(memory, 0, (int) length), 0);
        file = opened;
        memory = NOTHING;
    }

    /** Reads some bytes that are there. */
    void read(long position, ByteBuffer into, int count) throws IOException {
        if (file == null) {
            into.put(memory, (int) position, count);
            return;
        }
        ByteBuffer window = into.slice(into.position(), count);
        while (window.hasRemaining()) {
            if (file.read(window, position + window.position()) < 0) {
                throw new IOException("a spooled output has lost its end");
            }
        }
        into.position(into.position() + count);
    }

    /** Puts all bytes into a buffer that has room for them. */
    void putInto(ByteBuffer buffer) throws IOException {
        read(0, buffer, (int) length);
    }

    /** Writes all bytes into a file at a position. */
    void writeTo(FileChannel target, long position) throws IOException {
        if (file == null) {
            writeFully(target, ByteBuffer.wrap(memory, 0, (int) length), position);
            return;
        }
        long done = 0;
        file.position(0);
        while (done < length) {
            done += target.transferFrom(file, position + done, length - done);
        }
    }

    void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    static void writeFully(FileChannel channel, ByteBuffer bytes, long position)
            throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }
}
