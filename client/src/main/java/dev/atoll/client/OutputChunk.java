package dev.atoll.client;

import java.nio.ByteBuffer;

/**
 * Some output of one task. Chunks of one task come together and in order.
 *
 * @param index the task's index in its stage
 * @param stream which of its outputs
 * @param data the bytes; read-only; may be empty
 * @param last whether the task has no more, on any of the streams asked for
 */
public record OutputChunk(int index, Stream stream, ByteBuffer data, boolean last) {
    /** Which of a task's outputs. */
    public enum Stream {
        /** Standard output. */
        STDOUT,
        /** Standard error. */
        STDERR,
        /** The files that it left, in the form of the contract; {@link Job#bringFiles} reads it. */
        FILES
    }
}
