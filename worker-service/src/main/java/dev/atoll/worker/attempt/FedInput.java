package dev.atoll.worker.attempt;

import java.io.IOException;

/**
 * What is fed into standard input while the process runs.
 *
 * @param name what it is called in failures
 */
record FedInput(String name, Source source) {
    /** Where it comes from. */
    @FunctionalInterface
    interface Source {
        /**
         * Reads all of it.
         *
         * @throws IOException if some cannot be had, or the receiver takes no more
         */
        void read(GatherSource.Receiver receiver) throws IOException;
    }
}
