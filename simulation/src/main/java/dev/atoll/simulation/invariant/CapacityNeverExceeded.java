package dev.atoll.simulation.invariant;

import dev.atoll.core.agent.AgentCommand.StartAttempt;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What runs on a worker never needs more than the worker offers. */
final class CapacityNeverExceeded implements Invariant {
    private final Map<WorkerId, Map<TaskRef, StartAttempt>> running = new TreeMap<>();

    @Override
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.WorkerStarted(WorkerId worker) -> running.remove(worker);
            case Observation.AttemptOver(WorkerId worker, TaskRef task) -> of(worker).remove(task);
            case Observation.AttemptStarted(
                            WorkerId worker,
                            Resources offer,
                            StartAttempt start) -> {
                StartAttempt before = of(worker).put(start.task(), start);
                require(before == null, worker, "task %s runs twice".formatted(start.task()));
                check(worker, offer);
            }
            default -> {}
        }
    }

    private Map<TaskRef, StartAttempt> of(WorkerId worker) {
        return running.computeIfAbsent(worker, id -> new LinkedHashMap<>());
    }

    private void check(WorkerId worker, Resources offer) {
        long cpuMillis = 0;
        long memoryBytes = 0;
        int gpuCount = 0;
        TreeSet<Integer> gpus = new TreeSet<>();
        for (StartAttempt start : of(worker).values()) {
            Resources need = start.spec().need();
            cpuMillis += need.cpuMillis();
            memoryBytes += need.memoryBytes();
            gpuCount += need.gpuCount();
            gpus.addAll(start.gpus());
            require(offer.covers(need), worker, "%s on %s".formatted(need, offer));
        }
        boolean fits =
                cpuMillis <= offer.cpuMillis()
                        && memoryBytes <= offer.memoryBytes()
                        && gpuCount == gpus.size()
                        && (gpus.isEmpty() || gpus.getLast() < offer.gpuCount());
        require(
                fits,
                worker,
                "%d mCPU, %d bytes, %d GPUs %s on %s"
                        .formatted(cpuMillis, memoryBytes, gpuCount, gpus, offer));
    }

    private static void require(boolean fits, WorkerId worker, String what) {
        if (!fits) {
            throw new InvariantViolation(
                    CapacityNeverExceeded.class, "worker %s: %s".formatted(worker, what));
        }
    }
}
