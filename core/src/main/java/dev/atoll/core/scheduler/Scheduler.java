package dev.atoll.core.scheduler;

import java.time.Instant;

/**
 * The master's mind. One thread owns it; time, ids and randomness come in with the events.
 *
 * <p>Facts are applied at once, by the same {@link #replay} that rebuilds a scheduler from the
 * ledger; if they cannot be made durable, the caller must stop leading and throw this object away.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Scheduler {
    /** A scheduler that knows of nothing. */
    public Scheduler(SchedulerLimits limits, long epoch) {}

    /**
     * Decides what follows from an event.
     *
     * @param now by this process's monotonic clock; never goes back
     */
    public Decision handle(Instant now, SchedulerEvent event) {
        throw new UnsupportedOperationException();
    }

    /** Applies a fact from the ledger, before the first event. */
    public void replay(Fact fact) {
        throw new UnsupportedOperationException();
    }

    /** What can be read, by the owning thread only. */
    public SchedulerView view() {
        throw new UnsupportedOperationException();
    }

    /**
     * Checks every invariant.
     *
     * @throws IllegalStateException with the story of what is wrong
     */
    public void validate() {}
}
