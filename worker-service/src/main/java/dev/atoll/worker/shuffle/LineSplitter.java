package dev.atoll.worker.shuffle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Cuts bytes, as they come, into records that end with line breaks. Not thread-safe. */
public final class LineSplitter {
    /** The most bytes of a record: two of them, as bounds of a range, fit into a message. */
    public static final int RECORD_BYTES_MAX = 1 << 20;

    /** A combiner may have put a number behind a key that is as long as a record. */
    private static final int NUMBER_BYTES_MAX = 32;

    private static final int CAPACITY_MIN = 64 << 10;

    private final Receiver receiver;
    private byte[] buffer = new byte[CAPACITY_MIN];
    private int filled;

    /** Takes records. */
    @FunctionalInterface
    public interface Receiver {
        /** Takes one, without its line break; the bytes are valid during the call. */
        void record(byte[] bytes, int offset, int length) throws IOException;
    }

    public LineSplitter(Receiver receiver) {
        this.receiver = receiver;
    }

    /**
     * Takes the next bytes.
     *
     * @throws RecordTooLongException if a record has more than 1 MiB
     */
    public void accept(ByteBuffer bytes) throws IOException {
        int searched = filled;
        int end = filled + bytes.remaining();
        if (end > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(end, buffer.length * 2));
        }
        bytes.get(buffer, filled, bytes.remaining());
        int start = 0;
        for (int i = searched; i < end; i++) {
            if (buffer[i] == '\n') {
                deliver(start, i - start);
                start = i + 1;
            }
        }
        filled = end - start;
        if (filled > RECORD_BYTES_MAX + NUMBER_BYTES_MAX) {
            throw new RecordTooLongException();
        }
        System.arraycopy(buffer, start, buffer, 0, filled);
    }

    /** No more bytes come: what is left is a record too. */
    public void end() throws IOException {
        if (filled > 0) {
            int length = filled;
            filled = 0;
            deliver(0, length);
        }
    }

    private void deliver(int offset, int length) throws IOException {
        if (length > RECORD_BYTES_MAX + NUMBER_BYTES_MAX) {
            throw new RecordTooLongException();
        }
        receiver.record(buffer, offset, length);
    }
}
