package dev.atoll.simulation.invariant;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.core.scheduler.SchedulerEvent.FailedTasks;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;
import dev.atoll.core.scheduler.SchedulerView.JobState;
import dev.atoll.core.scheduler.SchedulerView.RunningAttempt;
import dev.atoll.core.scheduler.SchedulerView.TaskView;
import dev.atoll.core.scheduler.SchedulerView.WorkerState;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.TreeSet;

/**
 * A task fails for good at its last allowed failure in a term, neither before nor after; and for
 * the cluster's fault only when that many attempts were over. Its last failure comes a second time
 * where an attempt and its backup fail one after the other.
 */
final class AttemptsBounded implements Invariant {
    private final int clusterTroubleMax;
    private final Map<Long, Map<TaskRef, Integer>> failures = new LinkedHashMap<>();

    /** Jobs that somebody stops, all or in part: their tasks may fail early. */
    private final Set<JobId> stopped = new TreeSet<>();

    /** Tasks whose tries were used up while another attempt of theirs went on. */
    private final Set<Spared> spared = new LinkedHashSet<>();

    private record Spared(long epoch, TaskRef task) {}

    AttemptsBounded(int clusterTroubleMax) {
        this.clusterTroubleMax = clusterTroubleMax;
    }

    @Override
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.Deciding(Scheduler scheduler, SchedulerEvent.WorkerReported event) ->
                    count(scheduler, event);
            case Observation.Deciding(var scheduler, SchedulerEvent.CancelRequested event) ->
                    stopped.add(event.job());
            case Observation.Decided(Scheduler scheduler, SchedulerEvent event, var decision) ->
                    decision.facts().forEach(fact -> check(scheduler, fact));
            default -> {}
        }
    }

    private Map<TaskRef, Integer> of(Scheduler scheduler) {
        return failures.computeIfAbsent(scheduler.epoch(), epoch -> new LinkedHashMap<>());
    }

    /** Empty when the job was forgotten by the same decision. */
    private static Optional<Integer> attemptsMax(Scheduler scheduler, StageRef stage) {
        return scheduler
                .view()
                .spec(stage.job())
                .map(spec -> spec.stages().get(stage.stage()).attemptsMax());
    }

    /** What fails on a worker in quarantine does not count where another could run the task. */
    private void count(Scheduler scheduler, SchedulerEvent.WorkerReported event) {
        boolean isQuarantined = stands(scheduler, event.worker(), WorkerState.QUARANTINED);
        for (StageReport report : event.report().stages()) {
            boolean isKnown = scheduler.view().job(report.stage().job()).isPresent();
            isQuarantined &= !isKnown || report.succeeded().isEmpty();
            if (!isQuarantined || !canRunElsewhere(scheduler, event.worker(), report.stage())) {
                count(scheduler, event.worker(), report);
            }
        }
    }

    private static boolean stands(Scheduler scheduler, WorkerId worker, WorkerState state) {
        return scheduler
                .view()
                .worker(worker, Instant.EPOCH)
                .filter(it -> it.state() == state)
                .isPresent();
    }

    private static boolean canRunElsewhere(Scheduler scheduler, WorkerId worker, StageRef stage) {
        Optional<Resources> need =
                scheduler
                        .view()
                        .spec(stage.job())
                        .map(spec -> spec.stages().get(stage.stage()).need());
        return scheduler.view().workers(Instant.EPOCH).stream()
                .filter(it -> !it.id().equals(worker) && it.state() == WorkerState.READY)
                .anyMatch(it -> need.filter(it.offer()::covers).isPresent());
    }

    private void count(Scheduler scheduler, WorkerId worker, StageReport report) {
        JobId job = report.stage().job();
        if (scheduler.view().job(job).filter(it -> it.state() == JobState.STOPPING).isPresent()) {
            stopped.add(job);
        }
        RunningAttempt mine = new RunningAttempt(worker, report.attempt());
        for (FailedTasks failed : report.failed()) {
            boolean isOwnFault =
                    !failed.failure().kind().isClusterTrouble()
                            && failed.failure().kind() != Failure.Kind.CANCELLED;
            PrimitiveIterator.OfInt indexes = failed.tasks().indexes();
            while (isOwnFault && indexes.hasNext()) {
                TaskRef task = new TaskRef(report.stage(), indexes.nextInt());
                count(scheduler, task, mine);
            }
        }
    }

    private void count(Scheduler scheduler, TaskRef task, RunningAttempt failed) {
        Optional<RunningAttempt> attempt = scheduler.view().running(task);
        Optional<RunningAttempt> backup = scheduler.view().task(task).flatMap(TaskView::backup);
        boolean isFirst = attempt.equals(Optional.of(failed));
        if (!isFirst && !backup.equals(Optional.of(failed))) {
            return;
        }
        int count = of(scheduler).merge(task, 1, Integer::sum);
        boolean isUsedUp = attemptsMax(scheduler, task.stage()).filter(it -> count < it).isEmpty();
        if (backup.isPresent() && isUsedUp) {
            spared.add(new Spared(scheduler.epoch(), task));
        }
    }

    private void check(Scheduler scheduler, Fact fact) {
        switch (fact) {
            case Fact.TasksFailed failed -> check(scheduler, failed);
            case Fact.JobStopping stopping -> stopped.add(stopping.job());
            case Fact.JobReopened(JobId job) -> stopped.remove(job);
            case Fact.TasksReopened(StageRef stage, Ranges tasks) ->
                    forget(scheduler, stage, tasks);
            default -> {}
        }
    }

    private void forget(Scheduler scheduler, StageRef stage, Ranges tasks) {
        PrimitiveIterator.OfInt indexes = tasks.indexes();
        while (indexes.hasNext()) {
            TaskRef task = new TaskRef(stage, indexes.nextInt());
            of(scheduler).remove(task);
            spared.remove(new Spared(scheduler.epoch(), task));
        }
    }

    private void check(Scheduler scheduler, Fact.TasksFailed failed) {
        Failure.Kind kind = failed.failure().kind();
        if (kind == Failure.Kind.CANCELLED) {
            return;
        }
        boolean isStopped = stopped.contains(failed.job());
        PrimitiveIterator.OfInt indexes = failed.tasks().indexes();
        while (indexes.hasNext()) {
            TaskRef task = new TaskRef(failed.stage(), indexes.nextInt());
            if (kind.isClusterTrouble()) {
                scheduler
                        .view()
                        .task(task)
                        .map(TaskView::attempt)
                        .ifPresent(attempts ->
                                require(
                                        isStopped || attempts >= clusterTroubleMax,
                                        task,
                                        attempts,
                                        clusterTroubleMax));
            } else {
                int spare = spared.remove(new Spared(scheduler.epoch(), task)) ? 1 : 0;
                int count = of(scheduler).getOrDefault(task, 0) - spare;
                attemptsMax(scheduler, failed.stage())
                        .ifPresent(max ->
                                require(isStopped ? count <= max : count == max, task, count, max));
            }
        }
    }

    private static void require(boolean isRight, TaskRef task, int count, int max) {
        if (!isRight) {
            throw new InvariantViolation(
                    AttemptsBounded.class,
                    "task %s has failed for good after %d of %d attempts"
                            .formatted(task, count, max));
        }
    }
}
