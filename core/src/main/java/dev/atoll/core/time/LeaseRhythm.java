package dev.atoll.core.time;

import java.time.Duration;

/**
 * Says when a lease is kept alive, and when its holder must believe it lost. All times count from
 * when the last keep-alive that succeeded was sent, by the holder's own monotonic clock.
 *
 * @param timeToLive how long the lease outlives its last sign of life
 */
public record LeaseRhythm(Duration timeToLive) {
    /* Whoever grants the lease starts the time to live somewhere between the sending of a keep-alive
     * and its answer, so time counts from the sending. The holder gives up after three quarters, a
     * quarter before others may take over: his clock may be that much too slow. In between there is
     * half of the time to live in which the other side may be away, as while it elects a leader of
     * its own. */

    private static final int ATTEMPTS_PER_TIME_TO_LIVE = 8;
    private static final int PAUSES_PER_TIME_TO_LIVE = 40;

    /** How long until the lease is to be kept alive again; zero or less when it is time. */
    public Duration untilNextTime(Duration sinceSuccess) {
        return timeToLive.dividedBy(4).minus(sinceSuccess);
    }

    /** How long until the lease is lost; zero or less when it is. */
    public Duration untilLost(Duration sinceSuccess) {
        return timeToLive.multipliedBy(3).dividedBy(4).minus(sinceSuccess);
    }

    /** How long to wait for an answer. */
    public Duration patience(Duration sinceSuccess) {
        return shorter(untilLost(sinceSuccess), timeToLive.dividedBy(ATTEMPTS_PER_TIME_TO_LIVE));
    }

    /** How long to pause after a try that was not answered. */
    public Duration pauseAfterFailure(Duration sinceSuccess) {
        return shorter(untilLost(sinceSuccess), timeToLive.dividedBy(PAUSES_PER_TIME_TO_LIVE));
    }

    private static Duration shorter(Duration left, Duration right) {
        return left.compareTo(right) < 0 ? left : right;
    }
}
