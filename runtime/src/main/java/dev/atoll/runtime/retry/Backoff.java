package dev.atoll.runtime.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pauses between tries: drawn evenly from zero to a ceiling that doubles with each try, up to a
 * cap. Not safe for use by several threads.
 */
public final class Backoff {
    /* Full jitter: callers that failed together must not come back together. The ceiling alone is
     * exponential; the pause itself is even over the whole range below it, which spreads a herd
     * best. See "Exponential Backoff And Jitter" in the AWS architecture blog, 2015. */

    private final long baseNanos;
    private final long capNanos;
    private final RandomGenerator random;
    private long ceilingNanos;

    /**
     * @param base the ceiling of the first pause, more than zero
     * @param cap the highest ceiling, at least {@code base}
     * @param random where the jitter comes from
     */
    public Backoff(Duration base, Duration cap, RandomGenerator random) {
        if (!base.isPositive()) {
            throw new IllegalArgumentException("base must be more than zero, not " + base);
        }
        if (cap.compareTo(base) < 0) {
            throw new IllegalArgumentException("cap " + cap + " is less than base " + base);
        }
        this.baseNanos = base.toNanos();
        this.capNanos = cap.toNanos();
        this.random = random;
        this.ceilingNanos = baseNanos;
    }

    /** Draws the pause before the next try and doubles the ceiling. */
    public Duration next() {
        long pauseNanos = random.nextLong(ceilingNanos + 1);
        ceilingNanos = ceilingNanos > capNanos / 2 ? capNanos : ceilingNanos * 2;
        return Duration.ofNanos(pauseNanos);
    }

    /** Starts again at the base, after a success. */
    public void reset() {
        ceilingNanos = baseNanos;
    }
}
