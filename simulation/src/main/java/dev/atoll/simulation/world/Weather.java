package dev.atoll.simulation.world;

import java.time.Duration;

/**
 * How bad the network is.
 *
 * @param loss the share of single messages that get lost
 * @param duplication the share of single messages that arrive twice
 * @param delayMin the shortest delay
 * @param delayMax the longest usual delay
 * @param slow the share of messages that take up to {@code slowMax}
 * @param slowMax the longest delay of all
 */
public record Weather(
        double loss,
        double duplication,
        Duration delayMin,
        Duration delayMax,
        double slow,
        Duration slowMax) {
    /** A good network. */
    public static Weather calm() {
        return new Weather(0, 0, Duration.ofNanos(50_000), Duration.ofMillis(2), 0, Duration.ZERO);
    }
}
