package dev.atoll.simulation;

import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerView.FailedGroup;
import dev.atoll.core.scheduler.SchedulerView.JobState;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;
import dev.atoll.simulation.client.Errand;
import dev.atoll.simulation.invariant.InvariantViolation;
import dev.atoll.simulation.workload.Fates;
import dev.atoll.simulation.workload.TaskFate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.TreeSet;

/** Compares how jobs have ended with what their tasks' fates imply. */
final class EndsFollowFromFates {
    private final Cluster cluster;
    private final boolean canClusterFailTasks;

    EndsFollowFromFates(Cluster cluster, boolean canClusterFailTasks) {
        this.cluster = cluster;
        this.canClusterFailTasks = canClusterFailTasks;
    }

    /** Whether every user is content and nothing in the ledger goes on. */
    boolean isAllOver() {
        return cluster.client().errands().stream().allMatch(Errand::isOver)
                && cluster.ledger().entries().keySet().stream()
                        .noneMatch(it -> it instanceof LedgerKey.Spec(JobId job) && !isEnded(job));
    }

    private boolean isEnded(JobId job) {
        return cluster.ledger().entry(new LedgerKey.State(job)).orElse(null)
                instanceof LedgerValue.Ended;
    }

    /** Checks the end of every job that is still known. */
    void check() {
        for (Errand errand : cluster.client().errands()) {
            errand.job()
                    .filter(job -> !errand.isForgotten())
                    .filter(job -> cluster.ledger().entry(new LedgerKey.Spec(job)).isPresent())
                    .ifPresent(job -> check(errand, job));
        }
    }

    private void check(Errand errand, JobId job) {
        if (!(cluster.ledger().entry(new LedgerKey.State(job)).orElse(null)
                instanceof LedgerValue.Ended(Fact.JobEnded ended))) {
            throw violation("job %s has not ended".formatted(job));
        }
        List<StageSpec> stages = errand.plan().spec().stages();
        boolean canSucceed = true;
        boolean mustSucceed = !canClusterFailTasks && !errand.isCancelled();
        int failed = 0;
        for (int i = 0; i < stages.size(); i++) {
            ProgressChunk progress = progress(new StageRef(job, i));
            canSucceed &= canSucceed(stages.get(i));
            mustSucceed &= mustSucceed(stages.get(i));
            failed += progress.failed().size();
            progress.failed().forEach(it -> checkFailed(errand, job, it));
            checkFailedFates(errand, stages.get(i), i, job, progress);
            checkSucceeded(stages.get(i), i, ended, progress);
        }
        boolean isRight =
                switch (ended.outcome()) {
                    case SUCCEEDED -> canSucceed && failed == 0;
                    case FAILED -> !mustSucceed && failed > 0;
                    case CANCELLED -> errand.isCancelled();
                };
        if (!isRight) {
            throw violation(
                    "job %s has ended as %s (%s): can succeed %s, cancelled %s"
                            .formatted(
                                    job,
                                    ended.outcome(),
                                    ended.reason(),
                                    canSucceed,
                                    errand.isCancelled()));
        }
    }

    private boolean canSucceed(StageSpec stage) {
        return fates(stage).stream().allMatch(TaskFate::canSucceed);
    }

    private boolean mustSucceed(StageSpec stage) {
        return fates(stage).stream().allMatch(fate -> mustSucceed(stage, fate));
    }

    /* A task that is flaky as often as it may fail succeeds only if a master has died meanwhile and
     * taken the count of its failures along. */
    private static boolean mustSucceed(StageSpec stage, TaskFate fate) {
        return fate.kind() == TaskFate.Kind.SUCCEEDS
                || (fate.kind() == TaskFate.Kind.FLAKY && fate.failures() < stage.attemptsMax());
    }

    private List<TaskFate> fates(StageSpec stage) {
        List<TaskFate> fates = new ArrayList<>();
        for (int i = 0; i < stage.taskCount(); i++) {
            fates.add(cluster.fates().of(Fates.program(stage), i));
        }
        return fates;
    }

    private ProgressChunk progress(StageRef stage) {
        return cluster.ledger().entry(new LedgerKey.Progress(stage, 0)).orElse(null)
                        instanceof LedgerValue.Progress(ProgressChunk chunk)
                ? chunk
                : new ProgressChunk(Map.of(), Map.of(), Ranges.empty(), List.of());
    }

    private static void checkSucceeded(
            StageSpec stage, int position, Fact.JobEnded ended, ProgressChunk progress) {
        int succeeded = progress.succeeded().values().stream().mapToInt(Ranges::size).sum();
        if (ended.outcome() == Fact.Outcome.SUCCEEDED && succeeded != stage.taskCount()) {
            throw violation(
                    "job %s has succeeded with %s of %s tasks of stage %s"
                            .formatted(ended.job(), succeeded, stage.taskCount(), position));
        }
    }

    private void checkFailed(Errand errand, JobId job, FailedGroup group) {
        Failure.Kind kind = group.failure().kind();
        boolean isStrange =
                (kind.isClusterTrouble() && !canClusterFailTasks && !errand.isCancelled())
                        || (kind == Failure.Kind.CANCELLED && !errand.isCancelled());
        if (isStrange) {
            throw violation(
                    "tasks %s of job %s failed: %s".formatted(group.tasks(), job, group.failure()));
        }
    }

    /* While a job is being stopped, a task that fails by itself has failed, however often it might
     * have been tried. */
    private void checkFailedFates(
            Errand errand, StageSpec stage, int position, JobId job, ProgressChunk progress) {
        boolean isStopped =
                errand.isCancelled()
                        || errand.plan().spec().failurePolicy() == JobSpec.FailurePolicy.FAIL_FAST;
        for (FailedGroup group : progress.failed()) {
            PrimitiveIterator.OfInt indexes = group.tasks().indexes();
            while (indexes.hasNext()) {
                int index = indexes.nextInt();
                TaskFate fate = cluster.fates().of(Fates.program(stage), index);
                boolean isOwnFault =
                        !group.failure().kind().isClusterTrouble()
                                && group.failure().kind() != Failure.Kind.CANCELLED;
                boolean isPardoned = isStopped && fate.kind() != TaskFate.Kind.SUCCEEDS;
                if (isOwnFault && !isPardoned && mustSucceed(stage, fate)) {
                    throw violation(
                            "task %s/%s.%s with %s failed: %s"
                                    .formatted(job, position, index, fate, group.failure()));
                }
            }
        }
    }

    /** The errands whose jobs have succeeded and whose outputs are not all there. */
    List<Errand> unreadable(Set<WorkerId> excused) {
        List<Errand> unreadable = new ArrayList<>();
        for (Errand errand : cluster.client().errands()) {
            if (errand.job().isPresent()
                    && errand.end().filter(it -> it == JobState.SUCCEEDED).isPresent()
                    && !isReadable(errand, errand.job().get(), excused)) {
                unreadable.add(errand);
            }
        }
        return unreadable;
    }

    private boolean isReadable(Errand errand, JobId job, Set<WorkerId> excused) {
        boolean isReadable = true;
        List<StageSpec> stages = errand.plan().spec().stages();
        for (int i = 0; i < stages.size(); i++) {
            StageRef stage = new StageRef(job, i);
            if (Errand.isRead(errand.plan().spec(), i)) {
                isReadable &= isReadable(stage, progress(stage), excused);
            }
        }
        return isReadable;
    }

    private boolean isReadable(StageRef stage, ProgressChunk progress, Set<WorkerId> excused) {
        for (Map.Entry<WorkerId, Ranges> part : progress.succeeded().entrySet()) {
            PrimitiveIterator.OfInt indexes =
                    new RangeSet(progress.silent()).absentFrom(part.getValue()).indexes();
            while (indexes.hasNext()) {
                int index = indexes.nextInt();
                Set<WorkerId> holders = new TreeSet<>(Set.of(part.getKey()));
                progress.copied()
                        .forEach((worker, tasks) -> {
                            if (tasks.contains(index)) {
                                holders.add(worker);
                            }
                        });
                if (holders.stream().noneMatch(it -> isThere(it, stage, index))) {
                    checkExcuse(new TaskRef(stage, index), holders, excused);
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isThere(WorkerId holder, StageRef stage, int index) {
        return cluster.workers()
                .find(holder)
                .flatMap(worker -> worker.read(stage, index))
                .isPresent();
    }

    /** What had one holder is lost with one disk, and what had more is not. */
    private static void checkExcuse(TaskRef task, Set<WorkerId> holders, Set<WorkerId> excused) {
        long lost = holders.stream().filter(excused::contains).count();
        if (lost < Math.min(2, holders.size())) {
            throw violation(
                    "the output of %s was on %s and is nowhere; of these, %s lost a disk"
                            .formatted(task, holders, lost));
        }
    }

    private static InvariantViolation violation(String message) {
        return new InvariantViolation(EndsFollowFromFates.class, message);
    }
}
