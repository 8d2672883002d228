package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One worker as the scheduler sees it. All of it is soft state. */
final class Worker {
    /** Counts as room for any number of tasks that need nothing. */
    private static final int SLOTS_MAX = 1_024;

    final WorkerId id;
    long incarnation;
    String address = "";
    Resources offer = Resources.cpu(0);
    Link link;
    Instant lastHeard;

    /** The last report of this incarnation that was taken in. */
    long lastSequence;

    boolean isSilent;
    boolean isDraining;

    /** Stages that this session was told of. */
    final Set<StageRef> introduced = new TreeSet<>();

    /** Revocations that were asked for and not answered, and since when. */
    final Map<StageRef, Instant> revoking = new TreeMap<>();

    /** Outputs that the ledger says it holds, and that it did not have when it connected. */
    final Map<StageRef, RangeSet> missing = new TreeMap<>();

    private long grantedCpuMillis;
    private long grantedMemoryBytes;
    private long grantedGpus;
    private int grantedTasks;
    long succeededCount;
    long failedCount;

    /** How a worker is linked to this master. */
    sealed interface Link {
        /** By an open session. */
        record Connected(long session) implements Link {}

        /** Not now; it may come back with its tasks until {@code patience} is over. */
        record Disconnected(Instant since, Duration patience) implements Link {}

        /** Given up. */
        record Lost(String reason) implements Link {}
    }

    Worker(WorkerId id, Link link, Instant now) {
        this.id = id;
        this.link = link;
        this.lastHeard = now;
    }

    boolean isSession(long session) {
        return link instanceof Link.Connected connected && connected.session() == session;
    }

    /** Whether it may be given new tasks. */
    boolean isReady() {
        return link instanceof Link.Connected && !isSilent && !isDraining;
    }

    boolean isLost() {
        return link instanceof Link.Lost;
    }

    int grantedTasks() {
        return grantedTasks;
    }

    void hold(Resources need, int tasks) {
        grantedCpuMillis += (long) need.cpuMillis() * tasks;
        grantedMemoryBytes += need.memoryBytes() * tasks;
        grantedGpus += (long) need.gpuCount() * tasks;
        grantedTasks += tasks;
    }

    void release(Resources need, int tasks) {
        hold(need, -tasks);
    }

    /** How many such tasks it can run at once when it runs nothing else. */
    int slots(Resources need) {
        return slots(need, 0, 0, 0);
    }

    /** How many more such tasks it can run at once now. */
    int freeSlots(Resources need) {
        return slots(need, grantedCpuMillis, grantedMemoryBytes, grantedGpus);
    }

    private int slots(Resources need, long cpuMillis, long memoryBytes, long gpus) {
        if (!offer.covers(need)) {
            return 0;
        }
        long slots = SLOTS_MAX;
        slots = Math.min(slots, room(offer.cpuMillis() - cpuMillis, need.cpuMillis()));
        slots = Math.min(slots, room(offer.memoryBytes() - memoryBytes, need.memoryBytes()));
        slots = Math.min(slots, room(offer.gpuCount() - gpus, need.gpuCount()));
        return (int) slots;
    }

    private static long room(long free, long need) {
        return need == 0 ? SLOTS_MAX : Math.max(0, free / need);
    }

    /** How many such tasks were granted beyond what it can run at once. */
    int backlog(Resources need) {
        long excess = grantedCpuMillis - offer.cpuMillis();
        long perTask = need.cpuMillis();
        if (perTask == 0) {
            excess = (long) grantedTasks - SLOTS_MAX;
            perTask = 1;
        }
        return excess <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, excess / perTask);
    }

    /** The share of its processors that is granted; above 1 when there is a backlog. */
    double load() {
        return offer.cpuMillis() == 0
                ? grantedTasks
                : (double) grantedCpuMillis / offer.cpuMillis();
    }

    void validate(long cpuMillis, long memoryBytes, long gpus, int tasks) {
        if (grantedCpuMillis != cpuMillis
                || grantedMemoryBytes != memoryBytes
                || grantedGpus != gpus
                || grantedTasks != tasks) {
            throw new IllegalStateException(
                    "worker %s: counted %d mCPU, %d bytes, %d GPUs, %d tasks; granted %d, %d, %d, %d"
                            .formatted(
                                    id,
                                    grantedCpuMillis,
                                    grantedMemoryBytes,
                                    grantedGpus,
                                    grantedTasks,
                                    cpuMillis,
                                    memoryBytes,
                                    gpus,
                                    tasks));
        }
    }
}
