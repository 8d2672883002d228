package dev.atoll.cli.shell;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** One of the two standard outputs. Every write is seen at once. Safe for use by threads. */
public final class Sink {
    private final WritableByteChannel channel;

    /**
     * @param channel where it goes
     */
    public Sink(WritableByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Writes all bytes.
     *
     * @throws BrokenPipeException when nobody reads any more
     * @throws UncheckedIOException when it cannot be written, such as on a full disk
     */
    public synchronized void write(ByteBuffer data) {
        try {
            while (data.hasRemaining()) {
                channel.write(data);
            }
        } catch (IOException e) {
            if (Objects.toString(e.getMessage(), "").contains("Broken pipe")) {
                throw new BrokenPipeException(e);
            }
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a text. */
    public void print(String text) {
        write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Writes a line. */
    public void println(String line) {
        print(line + "\n");
    }

    /** The same as a stream. */
    public OutputStream asStream() {
        return new OutputStream() {
            @Override
            public void write(int single) {
                Sink.this.write(ByteBuffer.wrap(new byte[] {(byte) single}));
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                Sink.this.write(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }
}
