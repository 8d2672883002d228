package dev.atoll.client.function;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a task writes to its standard output: what it is, how long, and the bytes. What was cut off
 * is thus known for what it is.
 *
 * @param isFailure whether it is a {@link RemoteFailure}, and not a result
 * @param bytes of it
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares two.
public record TaskPayload(boolean isFailure, byte[] bytes) {
    private static final int HEAD_BYTES = 1 + Integer.BYTES;
    private static final byte RESULT = 1;
    private static final byte FAILURE = 2;

    byte[] toBytes() {
        return ByteBuffer.allocate(HEAD_BYTES + bytes.length)
                .put(isFailure ? FAILURE : RESULT)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    /** What was written; empty if that is nothing, or not all. */
    public static Optional<TaskPayload> of(byte[] output) {
        if (output.length < HEAD_BYTES) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(output);
        byte kind = in.get();
        boolean isWhole = in.getInt() == in.remaining();
        if (!isWhole || (kind != RESULT && kind != FAILURE)) {
            return Optional.empty();
        }
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return Optional.of(new TaskPayload(kind == FAILURE, bytes));
    }
}
