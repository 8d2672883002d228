package dev.atoll.simulation.world;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time, and what is going to happen. Everything that moves was put here by {@link #after}. */
public final class World {
    private final PriorityQueue<Planned> plan =
            new PriorityQueue<>(
                    Comparator.comparingLong(Planned::atNanos).thenComparingLong(Planned::number));
    private final Story story = new Story(this::nowNanos);
    private long nowNanos;
    private long planned;
    private long happened;

    /** What is going to happen; among those at the same instant, in the order of planning. */
    private record Planned(long atNanos, long number, Runnable action) {}

    /** The time since the beginning. */
    public Duration now() {
        return Duration.ofNanos(nowNanos);
    }

    long nowNanos() {
        return nowNanos;
    }

    /** How many events have happened. */
    public long happened() {
        return happened;
    }

    /** What has happened so far. */
    public Story story() {
        return story;
    }

    /** Lets something happen after a delay. */
    public void after(Duration delay, Runnable action) {
        afterNanos(delay.toNanos(), action);
    }

    void afterNanos(long delayNanos, Runnable action) {
        if (delayNanos < 0) {
            throw new IllegalArgumentException("the past is over: %d ns".formatted(delayNanos));
        }
        plan.add(new Planned(nowNanos + delayNanos, planned++, action));
    }

    /** Lets the next event happen; false when there is none. */
    public boolean step() {
        Planned next = plan.poll();
        if (next == null) {
            return false;
        }
        nowNanos = next.atNanos();
        happened++;
        next.action().run();
        return true;
    }
}
