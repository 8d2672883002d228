package dev.atoll.runtime.logging;

import java.util.logging.LogManager;

/**
 * The log manager of a service. When a process shuts down, Java's own silences every logger at
 * once, and with them what the programs say while they stop.
 */
public final class SteadyLogManager extends LogManager {
    private volatile boolean isSet;

    /** Made by java.util.logging, by the name of the class. */
    public SteadyLogManager() {}

    /** Refuses every reset from now on. */
    void set() {
        isSet = true;
    }

    @Override
    public void reset() {
        if (!isSet) {
            super.reset();
        }
    }
}
