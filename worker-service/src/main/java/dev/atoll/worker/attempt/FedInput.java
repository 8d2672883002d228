package dev.atoll.worker.attempt;

import java.io.IOException;

/**
 * What is fed into standard input while the process runs.
 *
 * @param name what it is called in failures
 */
public record FedInput(String name, Source source) {
    /** Where it comes from. */
    @FunctionalInterface
    public interface Source {
        /**
         * Reads all of it.
         *
         * @throws IOException if some cannot be had, or the receiver takes no more
         */
        void read(GatherSource.Receiver receiver) throws IOException;

        /** Nobody reads it any more. Idempotent. */
        default void close() {}
    }
}
