package dev.atoll.core.scheduler;

import dev.atoll.core.model.Resources;

/** What tasks hold at a worker, added up. */
final class Load {
    /** Counts as room for any number of tasks that need nothing. */
    private static final int SLOTS_MAX = 1_024;

    private long cpuMillis;
    private long memoryBytes;
    private long gpus;
    private int tasks;
    private int tasksWithoutCpu;

    void add(Resources need, int count) {
        cpuMillis += (long) need.cpuMillis() * count;
        memoryBytes += need.memoryBytes() * count;
        gpus += (long) need.gpuCount() * count;
        tasks += count;
        if (need.cpuMillis() == 0) {
            tasksWithoutCpu += count;
        }
    }

    int tasks() {
        return tasks;
    }

    /** As much again, of its own. */
    Load copy() {
        Load copy = new Load();
        copy.cpuMillis = cpuMillis;
        copy.memoryBytes = memoryBytes;
        copy.gpus = gpus;
        copy.tasks = tasks;
        copy.tasksWithoutCpu = tasksWithoutCpu;
        return copy;
    }

    /** How many such tasks an offer has room for beside this; never negative. */
    int roomIn(Resources offer, Resources need) {
        if (!offer.covers(need)) {
            return 0;
        }
        long slots =
                need.cpuMillis() == 0
                        ? SLOTS_MAX - tasksWithoutCpu
                        : (offer.cpuMillis() - cpuMillis) / need.cpuMillis();
        if (need.memoryBytes() > 0) {
            slots = Math.min(slots, (offer.memoryBytes() - memoryBytes) / need.memoryBytes());
        }
        if (need.gpuCount() > 0) {
            slots = Math.min(slots, (offer.gpuCount() - gpus) / need.gpuCount());
        }
        return Math.clamp(slots, 0, SLOTS_MAX);
    }

    /** How many such tasks this is beyond an offer, by processors. */
    int excessOver(Resources offer, Resources need) {
        long excess =
                need.cpuMillis() == 0
                        ? tasksWithoutCpu - SLOTS_MAX
                        : (cpuMillis - offer.cpuMillis()) / need.cpuMillis();
        return Math.clamp(excess, 0, Integer.MAX_VALUE);
    }

    /** The share of an offer's processors that is held; above 1 when there is a backlog. */
    double shareOf(Resources offer) {
        return offer.cpuMillis() == 0 ? tasks : (double) cpuMillis / offer.cpuMillis();
    }

    boolean isSame(Load other) {
        return cpuMillis == other.cpuMillis
                && memoryBytes == other.memoryBytes
                && gpus == other.gpus
                && tasks == other.tasks
                && tasksWithoutCpu == other.tasksWithoutCpu;
    }

    @Override
    public String toString() {
        return "%d mCPU, %d bytes, %d GPUs, %d tasks"
                .formatted(cpuMillis, memoryBytes, gpus, tasks);
    }
}
