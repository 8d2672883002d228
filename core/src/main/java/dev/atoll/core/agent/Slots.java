package dev.atoll.core.agent;

import dev.atoll.core.model.Resources;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What a machine offers, and what of it is taken. Never gives more than there is. */
final class Slots {
    private final Resources offer;
    private final int tasksMax;
    private final TreeSet<Integer> freeGpus = new TreeSet<>();
    private int cpuMillisUsed;
    private long memoryBytesUsed;
    private int tasks;

    Slots(Resources offer, int tasksMax) {
        this.offer = offer;
        this.tasksMax = tasksMax;
        for (int gpu = 0; gpu < offer.gpuCount(); gpu++) {
            freeGpus.add(gpu);
        }
    }

    /** Whether it fits when nothing else is taken. */
    boolean canEverFit(Resources need) {
        return offer.covers(need);
    }

    /** How many tasks of this need fit now. */
    int rooms(Resources need) {
        int rooms = tasksMax - tasks;
        if (need.cpuMillis() > 0) {
            rooms = Math.min(rooms, (offer.cpuMillis() - cpuMillisUsed) / need.cpuMillis());
        }
        if (need.memoryBytes() > 0) {
            long most = (offer.memoryBytes() - memoryBytesUsed) / need.memoryBytes();
            rooms = Math.clamp(most, 0, Math.max(0, rooms));
        }
        if (need.gpuCount() > 0) {
            rooms = Math.min(rooms, freeGpus.size() / need.gpuCount());
        }
        return Math.max(0, rooms);
    }

    /** Takes what one task needs and returns the numbers of its GPUs. */
    List<Integer> take(Resources need) {
        if (rooms(need) == 0) {
            throw new IllegalStateException("%s does not fit: %s".formatted(need, this));
        }
        cpuMillisUsed += need.cpuMillis();
        memoryBytesUsed += need.memoryBytes();
        tasks++;
        List<Integer> gpus = new ArrayList<>();
        for (int i = 0; i < need.gpuCount(); i++) {
            gpus.add(freeGpus.removeFirst());
        }
        return gpus;
    }

    void giveBack(Resources need, List<Integer> gpus) {
        cpuMillisUsed -= need.cpuMillis();
        memoryBytesUsed -= need.memoryBytes();
        tasks--;
        freeGpus.addAll(gpus);
    }

    int cpuMillisUsed() {
        return cpuMillisUsed;
    }

    long memoryBytesUsed() {
        return memoryBytesUsed;
    }

    @Override
    public String toString() {
        return "%d of %d mCPU, %d of %d bytes, %d tasks of %d, free GPUs %s"
                .formatted(
                        cpuMillisUsed,
                        offer.cpuMillis(),
                        memoryBytesUsed,
                        offer.memoryBytes(),
                        tasks,
                        tasksMax,
                        freeGpus);
    }
}
