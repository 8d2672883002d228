package dev.atoll.core.time;

import java.time.Duration;

/** Says when the next tick is due, and whether the loop itself was late. */
public final class Pulse {
    /* A loop that was stopped (a paused machine, a long collection of garbage, no processor to be
     * had) has heard nothing, and would take its own deafness for the silence of others. After a
     * pause the ticks stay marked until everybody who lives has had the time to be heard again. */

    /** A tick that is later than this many intervals means that the loop was stopped. */
    private static final int LATE_INTERVALS = 3;

    private final long intervalNanos;
    private final long settleNanos;
    private long dueNanos;
    private long settledNanos;

    /**
     * @param interval between ticks
     * @param settle how long ticks stay marked after a pause
     */
    public Pulse(Duration interval, Duration settle, long nowNanos) {
        this.intervalNanos = interval.toNanos();
        this.settleNanos = settle.toNanos();
        this.dueNanos = nowNanos + intervalNanos;
        this.settledNanos = nowNanos;
    }

    /** How long until the next tick; 0 when it is due. */
    public long nanosUntilDue(long nowNanos) {
        return Math.max(0, dueNanos - nowNanos);
    }

    /** How late the loop is now. */
    public long lateNanos(long nowNanos) {
        return Math.max(0, nowNanos - dueNanos);
    }

    /** Counts a tick that is due; true when the loop was stopped, or has only just gone on. */
    public boolean beat(long nowNanos) {
        if (nowNanos - dueNanos > LATE_INTERVALS * intervalNanos) {
            settledNanos = nowNanos + settleNanos;
        }
        // Not due + interval: ticks that were missed are not made up for.
        dueNanos = nowNanos + intervalNanos;
        return nowNanos - settledNanos < 0;
    }
}
