package dev.atoll.worker.blob;

import dev.atoll.core.model.BlobRef;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where blobs come from that are not here. */
@FunctionalInterface
public interface BlobSource {
    /** Takes some bytes. */
    interface Receiver {
        /** Takes the next bytes. */
        void accept(ByteBuffer bytes) throws IOException;
    }

    /**
     * Reads a blob from its first byte to its last.
     *
     * @throws IOException if nobody has it, or it cannot be reached
     */
    void read(BlobRef blob, Receiver receiver) throws IOException;
}
