package dev.atoll.simulation.invariant;

import dev.atoll.core.agent.AgentCommand;
import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;
import dev.atoll.core.scheduler.SchedulerView.RunningAttempt;
import dev.atoll.core.scheduler.SchedulerView.TaskView;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.TreeSet;

/**
 * A task that has succeeded never runs again unless its output was dropped by order, and none runs
 * twice at a time, but for the backups that a scheduler decides on. Promised where nothing happens
 * to workers, whatever happens to masters, naming service and store.
 */
final class LossOfMastersRerunsNothing implements Invariant {
    private final Map<TaskRef, Set<WorkerId>> running = new LinkedHashMap<>();
    private final Set<TaskRef> succeeded = new LinkedHashSet<>();

    /** Attempts beside which a scheduler wants another one, whichever of the two starts first. */
    private final Set<Paired> paired = new LinkedHashSet<>();

    private record Paired(TaskRef task, int attempt) {}

    @Override
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.AttemptStarted started -> started(started);
            case Observation.AttemptOver over ->
                    running.getOrDefault(over.task(), new TreeSet<>()).remove(over.worker());
            case Observation.Decided decided ->
                    decided.decision().commands().forEach(it -> granted(decided.scheduler(), it));
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

    private void granted(Scheduler scheduler, SchedulerCommand command) {
        if (!(command instanceof SchedulerCommand.Grant grant) || grant.attempt() < 2) {
            return;
        }
        RunningAttempt attempt = new RunningAttempt(grant.worker(), grant.attempt());
        PrimitiveIterator.OfInt indexes = grant.tasks().indexes();
        while (indexes.hasNext()) {
            TaskRef task = new TaskRef(grant.stage(), indexes.nextInt());
            if (scheduler
                    .view()
                    .task(task)
                    .flatMap(TaskView::backup)
                    .filter(attempt::equals)
                    .isPresent()) {
                paired.add(new Paired(task, grant.attempt() - 1));
                paired.add(new Paired(task, grant.attempt()));
            }
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
        Set<WorkerId> workers = running.computeIfAbsent(task, it -> new TreeSet<>());
        boolean isPaired = paired.contains(new Paired(task, started.start().attempt()));
        if (!isPaired && (!workers.isEmpty() || succeeded.contains(task))) {
            throw new InvariantViolation(
                    LossOfMastersRerunsNothing.class,
                    "task %s runs again on %s: it %s"
                            .formatted(
                                    task,
                                    started.worker(),
                                    workers.isEmpty() ? "has succeeded" : "runs on " + workers));
        }
        workers.add(started.worker());
    }
}
