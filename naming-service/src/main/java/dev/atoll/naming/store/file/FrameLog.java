package dev.atoll.naming.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of frames that grows at its end. */
final class FrameLog implements Closeable {
    /** Bytes before the first frame: what the file is, and its generation. */
    static final int PREAMBLE_BYTES = 16;

    private final FileChannel channel;
    private long end;

    private FrameLog(FileChannel channel, long end) {
        this.channel = channel;
        this.end = end;
    }

    /** Makes an empty file, forced to disk. */
    static FrameLog create(Path file, long magic, long generation) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        FrameLog created = new FrameLog(channel, 0);
        created.write(
                ByteBuffer.allocate(PREAMBLE_BYTES).putLong(magic).putLong(generation).flip());
        created.force();
        return created;
    }

    /** Opens a file that was read and goes on at an offset; what lies behind it is cut off. */
    static FrameLog resume(Path file, long end) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.truncate(end);
        channel.force(true);
        return new FrameLog(channel, end);
    }

    /** Checks that a file begins as it should, and gives a reader of its frames. */
    static FrameReader reader(FileChannel channel, Path file, long magic, long generation)
            throws IOException {
        ByteBuffer preamble = ByteBuffer.allocate(PREAMBLE_BYTES);
        while (preamble.hasRemaining() && channel.read(preamble, preamble.position()) >= 0) {
            // Reads until it is full or the file ends.
        }
        if (preamble.hasRemaining()) {
            throw new CorruptStoreException(file, 0, "it is shorter than its preamble");
        }
        preamble.flip();
        if (preamble.getLong() != magic || preamble.getLong() != generation) {
            throw new CorruptStoreException(
                    file, 0, "it is no file of generation " + generation + " of this format");
        }
        return new FrameReader(channel, file, PREAMBLE_BYTES);
    }

    /** The length of the file in bytes. */
    long end() {
        return end;
    }

    /** Writes a frame; not durable before {@link #force}. */
    void append(byte[] payload) throws IOException {
        write(Frame.of(end, payload));
    }

    /** Makes everything written durable. */
    void force() throws IOException {
        channel.force(false);
    }

    /** Takes back what was written behind an offset, and may not be whole. */
    void cutBack(long offset) throws IOException {
        channel.truncate(offset);
        end = offset;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            end += channel.write(bytes, end);
        }
    }
}
