package dev.atoll.simulation.world;

import java.time.Duration;
import java.util.List;

/** The only source of chance. The same seed throws the same numbers, on every machine. */
public final class Dice {
    /* SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). Written
     * out here because the JDK does not promise that its generators stay as they are. */
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    public Dice(long seed) {
        this.state = seed;
    }

    /** Dice of their own, so that one actor's throws do not change another's. */
    public Dice split() {
        return new Dice(next());
    }

    private long next() {
        state += GOLDEN_GAMMA;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A number from {@code min} to {@code max}, both included. */
    public long between(long min, long max) {
        if (max < min) {
            throw new IllegalArgumentException("no number from %d to %d".formatted(min, max));
        }
        return min + (next() >>> 1) % (max - min + 1);
    }

    /** A number from {@code min} to {@code max}, both included. */
    public int between(int min, int max) {
        return (int) between((long) min, (long) max);
    }

    /** A duration from {@code min} to {@code max}. */
    public Duration between(Duration min, Duration max) {
        return Duration.ofNanos(between(min.toNanos(), max.toNanos()));
    }

    /** A number from 0 up to 1. */
    public double fraction() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    /** True in this share of all throws. */
    public boolean chance(double share) {
        return fraction() < share;
    }

    /** One of several, each as likely as the others. */
    public <T> T pick(List<T> several) {
        return several.get(between(0, several.size() - 1));
    }
}
