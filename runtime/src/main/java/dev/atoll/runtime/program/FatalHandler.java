package dev.atoll.runtime.program;

import org.jspecify.annotations.Nullable;

/**
 * How a service says that it must stop: an invariant is broken, or it was deposed. The process
 * stops its services in order and exits with 1. Only the first call counts. Safe for use by several
 * threads; returns at once.
 */
@FunctionalInterface
public interface FatalHandler {
    /**
     * Stops the process.
     *
     * @param reason one sentence for people
     * @param cause what was thrown, if anything was
     */
    void stop(String reason, @Nullable Throwable cause);

    /** Stops the process. */
    default void stop(String reason) {
        stop(reason, null);
    }
}
