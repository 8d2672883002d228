package dev.atoll.naming.store;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Keys bound to a lease live as long as it is kept alive.
 *
 * @param id never 0
 * @param timeToLive how long the lease lives from when it was granted or kept alive
 */
public record Lease(long id, Duration timeToLive) {
    public Lease {
        requireNonNull(timeToLive, "timeToLive is null");
        if (id == 0) {
            throw new IllegalArgumentException("a lease id is never 0");
        }
    }

    /** Checks a wish; {@link IllegalArgumentException} when it is out of range. */
    public static Duration checkTimeToLive(Duration timeToLive) {
        if (timeToLive.compareTo(Duration.ofSeconds(1)) < 0
                || timeToLive.compareTo(Store.LEASE_TIME_TO_LIVE_MAX) > 0) {
            throw new IllegalArgumentException(
                    "a lease lives 1 s to "
                            + Store.LEASE_TIME_TO_LIVE_MAX.toSeconds()
                            + " s, asked for "
                            + timeToLive);
        }
        return timeToLive;
    }
}
