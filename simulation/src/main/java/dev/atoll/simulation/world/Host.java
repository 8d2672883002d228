package dev.atoll.simulation.world;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/**
 * One process on a machine of its own, with clocks of its own. What it has planned dies with it;
 * while it is paused everything that reaches it waits.
 */
public final class Host {
    private final World world;
    private final String name;
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private Condition condition = Condition.DOWN;
    private long generation;
    private double rate;
    private long startedNanos;
    private Duration wallOffset = Duration.ZERO;
    private boolean isAsleep;
    private long pausedNanos;

    /** How a process is. */
    public enum Condition {
        /** It runs. */
        UP,
        /** It is stopped and may go on later. */
        PAUSED,
        /** It is dead. */
        DOWN
    }

    /** A process that is not started. */
    public Host(World world, String name) {
        this.world = world;
        this.name = name;
    }

    public String name() {
        return name;
    }

    public Condition condition() {
        return condition;
    }

    public boolean isDown() {
        return condition == Condition.DOWN;
    }

    /** Counts the starts. */
    public long generation() {
        return generation;
    }

    /**
     * Starts it.
     *
     * @param clockRate how fast its monotonic clock runs, 1 being right
     */
    public void start(double clockRate) {
        if (condition != Condition.DOWN) {
            throw new IllegalStateException("%s is %s".formatted(name, condition));
        }
        condition = Condition.UP;
        generation++;
        rate = clockRate;
        startedNanos = world.nowNanos();
        tell("starts", "generation", generation);
    }

    /** Ends it with all that it has planned. */
    public void crash() {
        condition = Condition.DOWN;
        isAsleep = false;
        deferred.clear();
        tell("crashes");
    }

    /** Stops it for a while. */
    public void pause() {
        condition = Condition.PAUSED;
        tell("pauses");
    }

    /** Stops it for a while together with its machine, whose monotonic clock stands still. */
    public void sleep() {
        pause();
        isAsleep = true;
        pausedNanos = world.nowNanos();
    }

    /** Lets it go on with all that has piled up. */
    public void resume() {
        condition = Condition.UP;
        if (isAsleep) {
            isAsleep = false;
            startedNanos += world.nowNanos() - pausedNanos;
        }
        tell("resumes with", deferred.size(), "events");
        while (condition == Condition.UP && !deferred.isEmpty()) {
            deferred.removeFirst().run();
        }
    }

    /** Moves the clock on the wall, forth or back. */
    public void setWallClock(Duration offset) {
        wallOffset = offset;
    }

    /** The time by its monotonic clock. */
    public Instant now() {
        return Instant.EPOCH.plusNanos((long) ((world.nowNanos() - startedNanos) * rate));
    }

    /** The time by its clock on the wall. */
    public Instant wallClock() {
        return Instant.EPOCH.plus(world.now()).plus(wallOffset);
    }

    /** Lets something happen in this process after a delay by its own clock. */
    public void after(Duration delay, Runnable action) {
        long mine = generation;
        world.afterNanos((long) Math.ceil(delay.toNanos() / rate), () -> reach(mine, action));
    }

    /** Lets something from outside happen to this process now. */
    void reach(long wanted, Runnable action) {
        if (generation != wanted) {
            return;
        }
        switch (condition) {
            case UP -> action.run();
            case PAUSED -> deferred.addLast(action);
            case DOWN -> {}
        }
    }

    /** Tells the story what this process does. */
    public void tell(String what, Object... details) {
        world.story().tell(name, what, details);
    }

    @Override
    public String toString() {
        return name;
    }
}
