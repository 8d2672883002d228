package dev.atoll.core.agent;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;

import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;

/** How long tasks in warm programs take here, and so how many of them make a batch. */
final class BatchPace {
    /* A batch keeps its room to itself, and a task in it waits for those before it: short enough that
     * nobody minds, long enough that what a batch costs is little for each of its tasks. */
    private static final Duration BATCH_TIME = Duration.ofMillis(10);
    private static final int BATCH_MAX = 1_024;

    private final NavigableMap<StageRef, Long> nanosPerTask = new TreeMap<>();

    /** Some tasks of a stage, one at least, took so long together. */
    void ran(StageRef stage, int tasks, Duration time) {
        long nanos = Math.max(1, time.toNanos() / tasks);
        nanosPerTask.merge(stage, nanos, (before, now) -> (before + now) / 2);
    }

    /**
     * How many tasks of a stage make a batch: 1 as long as nothing is known.
     *
     * @param waiting how many of them wait
     * @param rooms for how many batches there is room; at least 1
     */
    int length(StageRef stage, int waiting, int rooms) {
        Long nanos = nanosPerTask.get(stage);
        if (nanos == null) {
            return 1;
        }
        long good = Math.min(BATCH_TIME.toNanos() / nanos, BATCH_MAX);
        return Math.clamp(good, 1, Math.max(1, Math.ceilDiv(waiting, rooms)));
    }

    void forget(JobId job) {
        nanosPerTask.keySet().removeIf(stage -> stage.job().equals(job));
    }
}
