package dev.atoll.worker.warm;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.atoll.proto.warm.v1.FromProgram;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Puts together the frames of a program from the pieces in which they come. For one thread. */
final class FrameReader {
    /** The most bytes of a frame. */
    static final int FRAME_BYTES_MAX = 16 << 20;

    static final int LENGTH_BYTES = Integer.BYTES;
    private static final int BUFFER_BYTES = 4 << 10;

    private final Listener listener;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;

    /** Hears of messages. */
    interface Listener {
        void message(FromProgram message) throws BrokenProtocolException;
    }

    FrameReader(Listener listener) {
        this.listener = listener;
    }

    /**
     * Takes the next bytes.
     *
     * @throws BrokenProtocolException if they cannot be the contract's; nothing may follow
     */
    void accept(ByteBuffer bytes) throws BrokenProtocolException {
        while (bytes.hasRemaining()) {
            fill(bytes, LENGTH_BYTES);
            if (filled < LENGTH_BYTES) {
                return;
            }
            int length = ByteBuffer.wrap(buffer).getInt();
            if (length < 0 || length > FRAME_BYTES_MAX) {
                throw new BrokenProtocolException(
                        "a frame of %s bytes".formatted(Integer.toUnsignedString(length)));
            }
            fill(bytes, LENGTH_BYTES + length);
            if (filled == LENGTH_BYTES + length) {
                filled = 0;
                listener.message(message(length));
            }
        }
    }

    /** Takes bytes until so many are there, or there are no more. */
    private void fill(ByteBuffer bytes, int wanted) {
        int taken = Math.min(wanted - filled, bytes.remaining());
        if (taken <= 0) {
            return;
        }
        if (filled + taken > buffer.length) {
            // What a frame says of its length is not believed before the bytes are there.
            int size = Math.min(Math.max(2 * buffer.length, filled + taken), wanted);
            buffer = Arrays.copyOf(buffer, size);
        }
        bytes.get(buffer, filled, taken);
        filled += taken;
    }

    private FromProgram message(int length) throws BrokenProtocolException {
        try {
            FromProgram message = FromProgram.parser().parseFrom(buffer, LENGTH_BYTES, length);
            if (buffer.length > FRAME_BYTES_MAX / 16) {
                buffer = new byte[BUFFER_BYTES];
            }
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw new BrokenProtocolException("a frame that is no message: " + e.getMessage());
        }
    }
}
