package dev.atoll.core.scheduler;

import java.time.Duration;

/** How long the tasks of a stage run: on average lately, and the median of all that succeeded. */
final class RunTimes {
    /* The median comes from a histogram. Each power of two is cut into 4, so it is too long
     * by a quarter at most. Reports tell of many tasks at once and of the time that they ran
     * together; all of them then count as their average, which serves a threshold well enough. */
    private static final int PARTS_LOG2 = 2;
    private static final int BUCKETS = Long.SIZE << PARTS_LOG2;

    private int[] counts = new int[0];
    private int total;
    private long meanNanos;

    /** How long a task runs on average, lately, in nanoseconds; 0 when nothing is known. */
    long meanNanos() {
        return meanNanos;
    }

    /** Tasks have ended that ran for so long together. */
    void ended(Duration runTime, int tasks) {
        // A moving average over reports that weighs the newest by a quarter: quick enough to follow
        // a job whose tasks grow, calm enough not to be fooled by one odd batch.
        long sample = Math.max(1, runTime.toNanos() / tasks);
        meanNanos = meanNanos == 0 ? sample : (3 * meanNanos + sample) / 4;
    }

    /** Tasks have succeeded that ran for so long together. */
    void succeeded(Duration runTime, int tasks) {
        if (counts.length == 0) {
            counts = new int[BUCKETS];
        }
        counts[bucket(Math.max(1L << PARTS_LOG2, runTime.toNanos() / tasks))] += tasks;
        total += tasks;
    }

    private static int bucket(long nanos) {
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        int part = (int) (nanos >>> (exponent - PARTS_LOG2)) & ((1 << PARTS_LOG2) - 1);
        return (exponent << PARTS_LOG2) + part;
    }

    /** Half of the tasks ran no longer than this; zero when nothing is known. */
    Duration median() {
        int left = (total + 1) / 2;
        for (int i = 0; left > 0; i++) {
            left -= counts[i];
            if (left <= 0) {
                return Duration.ofNanos(end(i));
            }
        }
        return Duration.ZERO;
    }

    /** The first number of nanoseconds beyond a bucket. */
    private static long end(int bucket) {
        int exponent = bucket >> PARTS_LOG2;
        long part = bucket & ((1 << PARTS_LOG2) - 1);
        return ((1L << PARTS_LOG2) + part + 1) << (exponent - PARTS_LOG2);
    }
}
