package dev.atoll.worker.builtin;

import dev.atoll.worker.execution.OutputSink;

import java.nio.ByteBuffer;

/** Collects lines for standard output. Not thread-safe. */
final class LineOutput {
    private static final int BUFFER_BYTES = 64 << 10;

    private final OutputSink sink;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;

    LineOutput(OutputSink sink) {
        this.sink = sink;
    }

    void put(byte[] bytes, int offset, int length) {
        if (length > buffer.length - filled) {
            flush();
        }
        if (length > buffer.length) {
            sink.accept(OutputSink.Stream.STDOUT, ByteBuffer.wrap(bytes, offset, length));
            return;
        }
        System.arraycopy(bytes, offset, buffer, filled, length);
        filled += length;
    }

    void put(char character) {
        if (filled == buffer.length) {
            flush();
        }
        buffer[filled++] = (byte) character;
    }

    void flush() {
        if (filled > 0) {
            sink.accept(OutputSink.Stream.STDOUT, ByteBuffer.wrap(buffer, 0, filled));
            filled = 0;
        }
    }
}
