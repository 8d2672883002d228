package dev.atoll.simulation.invariant;

import dev.atoll.core.agent.AgentCommand.StartAttempt;
import dev.atoll.core.model.TaskRef;

import java.util.LinkedHashMap;
import java.util.Map;

/** No two processes of a task get the same fence, which is the epoch and attempt of their grant. */
final class FencesAreUnique implements Invariant {
    private final Map<Fence, Observation.AttemptStarted> started = new LinkedHashMap<>();

    private record Fence(TaskRef task, long epoch, int attempt) {}

    @Override
    public void observe(Observation observation) {
        if (observation instanceof Observation.AttemptStarted now) {
            StartAttempt start = now.start();
            Fence fence = new Fence(start.task(), start.epoch(), start.attempt());
            Observation.AttemptStarted before = started.put(fence, now);
            if (before != null) {
                throw new InvariantViolation(
                        FencesAreUnique.class,
                        "attempt %d of epoch %d of task %s starts on %s and started on %s"
                                .formatted(
                                        start.attempt(),
                                        start.epoch(),
                                        start.task(),
                                        now.worker(),
                                        before.worker()));
            }
        }
    }
}
