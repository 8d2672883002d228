package dev.atoll.worker.attempt;

import dev.atoll.core.model.StageRef;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the outputs of an earlier stage come from. */
@FunctionalInterface
public interface GatherSource {
    /** Takes some bytes. */
    interface Receiver {
        /** Takes the next bytes; may block as long as whoever reads them wants. */
        void accept(ByteBuffer bytes) throws IOException;
    }

    /**
     * Reads the standard outputs of all tasks of a stage, in task order.
     *
     * @throws IOException if some cannot be had, or the receiver takes no more
     */
    void read(StageRef stage, Receiver receiver) throws IOException;
}
