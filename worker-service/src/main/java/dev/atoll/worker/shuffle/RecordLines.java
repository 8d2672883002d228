package dev.atoll.worker.shuffle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes records as lines. */
public final class RecordLines {
    private static final int BUFFER_BYTES = 64 << 10;

    private RecordLines() {}

    /** Writes everything that a cursor comes to, each record with a line break. */
    public static void write(RecordCursor records, RunSink sink) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int filled = 0;
        while (records.next()) {
            int needed = records.length() + 1;
            if (filled > 0 && filled + needed > buffer.length) {
                sink.write(ByteBuffer.wrap(buffer, 0, filled));
                filled = 0;
            }
            if (needed > buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.max(needed, buffer.length * 2));
            }
            System.arraycopy(records.bytes(), records.offset(), buffer, filled, records.length());
            filled += needed;
            buffer[filled - 1] = '\n';
        }
        if (filled > 0) {
            sink.write(ByteBuffer.wrap(buffer, 0, filled));
        }
    }
}
