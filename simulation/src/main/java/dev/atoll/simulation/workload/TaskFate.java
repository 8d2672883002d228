package dev.atoll.simulation.workload;

import java.time.Duration;

/**
 * What becomes of a task each time it runs.
 *
 * @param kind how it ends
 * @param runTime how long it runs, if it ends by itself
 * @param failures how often a flaky task fails before it succeeds
 * @param isSilent whether it writes nothing
 */
public record TaskFate(Kind kind, Duration runTime, int failures, boolean isSilent) {
    /** How a task ends. */
    public enum Kind {
        /** It succeeds. */
        SUCCEEDS,
        /** It fails a few times, then succeeds. */
        FLAKY,
        /** It fails each time. */
        FAILS,
        /** It takes its worker with it. */
        KILLS_WORKER,
        /** It runs until it is stopped. */
        ENDLESS
    }

    /** Whether it can ever succeed. */
    public boolean canSucceed() {
        return kind == Kind.SUCCEEDS || kind == Kind.FLAKY;
    }
}
