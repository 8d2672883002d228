package dev.atoll.simulation.invariant;

import dev.atoll.core.agent.AgentCommand;
import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.Set;

/**
 * A task that has succeeded never runs again unless its output was dropped by order, and none runs
 * twice at a time. Promised where nothing happens to workers, whatever happens to masters, naming
 * service and store.
 */
final class LossOfMastersRerunsNothing implements Invariant {
    private final Map<TaskRef, String> running = new LinkedHashMap<>();
    private final Set<TaskRef> succeeded = new LinkedHashSet<>();

    @Override
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.AttemptStarted started -> started(started);
            case Observation.AttemptOver over -> running.remove(over.task());
            case Observation.AgentHandled handled -> {
                if (handled.event() instanceof AgentEvent.AttemptEnded ended
                        && ended.failure().isEmpty()) {
                    succeeded.add(ended.task());
                }
                handled.commands().forEach(this::ordered);
            }
            case Observation.ReportSent sent -> sent.reports().forEach(this::reported);
            default -> {}
        }
    }

    /** What was being stopped has not succeeded, even if it ended well. */
    private void reported(StageReport report) {
        report.failed().forEach(failed -> forget(report.stage(), failed.tasks()));
    }

    private void ordered(AgentCommand command) {
        if (command instanceof AgentCommand.DropOutputs drop) {
            forget(drop.stage(), drop.tasks());
        }
    }

    private void forget(StageRef stage, Ranges tasks) {
        PrimitiveIterator.OfInt indexes = tasks.indexes();
        while (indexes.hasNext()) {
            succeeded.remove(new TaskRef(stage, indexes.nextInt()));
        }
    }

    private void started(Observation.AttemptStarted started) {
        TaskRef task = started.start().task();
        String before = running.put(task, started.worker().toString());
        if (before != null || succeeded.contains(task)) {
            throw new InvariantViolation(
                    LossOfMastersRerunsNothing.class,
                    "task %s runs again on %s: it %s"
                            .formatted(
                                    task,
                                    started.worker(),
                                    before == null ? "has succeeded" : "runs on " + before));
        }
    }
}
