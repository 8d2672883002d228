package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent.FailedTasks;

import java.time.Duration;
import java.util.Optional;

/** Decides what becomes of tasks whose attempts are over without success. */
final class Failures {
    /* After trouble with an input or a worker the stage rests for a moment, so that its attempts are
     * not burnt while the cause, such as a worker that is not yet known to be lost, still stands. */
    private static final Duration TROUBLE_PAUSE = Duration.ofSeconds(1);

    private final State state;
    private final JobEndings endings;
    private final Quarantine quarantine;

    Failures(State state, JobEndings endings, Quarantine quarantine) {
        this.state = state;
        this.endings = endings;
        this.quarantine = quarantine;
    }

    /** Takes in that attempts failed on a worker; what is no longer theirs to say is old news. */
    void take(Worker worker, Job job, Stage stage, FailedTasks failed, int attempt, Outbox out) {
        Ranges numbered = stage.backupsNumbered(attempt, failed.tasks());
        RangeSet goingOn = new RangeSet(Assignments.takeBackups(worker, stage, numbered));
        Ranges granted =
                Assignments.take(worker, stage, Reports.current(stage, failed.tasks(), attempt));
        if (granted.isEmpty() && goingOn.isEmpty()) {
            return;
        }
        Failure failure = failed.failure();
        worker.failedCount += granted.size() + goingOn.size();
        boolean isExcused = isExcused(worker, stage, failure);
        if (job.isActive()) {
            RangeSet all = new RangeSet(granted);
            all.addAll(goingOn.toRanges());
            quarantine.failed(worker, stage, failure, all.toRanges(), out.now);
        }
        stage.attemptsEnded(granted);
        Ranges tasks = stage.promoteBackups(granted);
        goingOn.addAll(new RangeSet(tasks).absentFrom(granted));
        if (failure.kind() != Failure.Kind.CANCELLED && !isExcused) {
            countWhatGoesOn(stage, failure, goingOn.toRanges());
        }
        if (tasks.isEmpty()) {
            return;
        }
        if (job.status() instanceof Job.Status.Stopping) {
            keepRealFailures(worker, stage, failure, tasks, out);
        } else if (failure.kind() == Failure.Kind.CANCELLED) {
            endCancelled(worker, job, stage, failure, tasks, out);
        } else if (isExcused) {
            requeue(job, stage, tasks, out);
        } else {
            endOrRequeue(Optional.of(worker.id), job, stage, failure, tasks, out);
        }
    }

    /* What fails in quarantine says nothing of the task, where others can run it. Nor does trouble of a
     * worker that has said that it wants no tasks: it had them before, and gets no others. */
    private boolean isExcused(Worker worker, Stage stage, Failure failure) {
        if (!worker.shortage.isEmpty()) {
            return failure.kind() == Failure.Kind.WORKER_TROUBLE;
        }
        return worker.isReady()
                && !worker.conduct.isTrusted()
                && quarantine.canRunElsewhere(worker, stage);
    }

    /* While a job is being stopped, what was killed counts as cancelled, and is just not done; but a
     * task that failed by itself in the last moment is worth knowing. */
    private void keepRealFailures(
            Worker worker, Stage stage, Failure failure, Ranges tasks, Outbox out) {
        boolean isReal =
                failure.kind() != Failure.Kind.CANCELLED && !failure.kind().isClusterTrouble();
        if (isReal) {
            Optional<WorkerId> where = Optional.of(worker.id);
            Failure recorded = stage.recordable(where, failure);
            out.fact(new Fact.TasksFailed(stage.ref, where, recorded, tasks));
        } else {
            stage.requeue(tasks);
        }
    }

    private void endCancelled(
            Worker worker, Job job, Stage stage, Failure failure, Ranges tasks, Outbox out) {
        Ranges asked = stage.stopping.intersection(tasks);
        stage.requeue(stage.stopping.absentFrom(tasks));
        if (!asked.isEmpty()) {
            endings.failTasks(job, stage, Optional.of(worker.id), failure, asked, out);
        }
    }

    /** Tasks, which are in no set, wait again, unless somebody asked to stop them. */
    void requeue(Job job, Stage stage, Ranges tasks, Outbox out) {
        Ranges asked = job.isActive() ? stage.stopping.intersection(tasks) : Ranges.empty();
        RangeSet rest = new RangeSet(tasks);
        rest.removeAll(asked);
        stage.requeue(rest.toRanges());
        if (!asked.isEmpty()) {
            Failure failure = Failure.of(Failure.Kind.CANCELLED);
            endings.failTasks(job, stage, Optional.empty(), failure, asked, out);
        }
    }

    /**
     * Attempts have failed of tasks of which another one goes on: that counts, but whatever the
     * count is now, those tasks have not failed yet. So a backup cannot fail a task that succeeds.
     */
    void countWhatGoesOn(Stage stage, Failure failure, Ranges tasks) {
        counter(stage, failure).increment(tasks);
    }

    private static RangeCounter counter(Stage stage, Failure failure) {
        return failure.kind().isClusterTrouble() ? stage.troubles : stage.failures;
    }

    private int triesMax(Stage stage, Failure failure) {
        if (stage.spec.task().isPiped()) {
            return 1;
        }
        return failure.kind().isClusterTrouble()
                ? state.limits.clusterTroubleMax()
                : stage.spec.attemptsMax();
    }

    /** Attempts have failed, and are in no set: their tasks are tried again, or have failed. */
    void endOrRequeue(
            Optional<WorkerId> worker,
            Job job,
            Stage stage,
            Failure failure,
            Ranges tasks,
            Outbox out) {
        boolean isTrouble = failure.kind().isClusterTrouble();
        RangeCounter counter = counter(stage, failure);
        counter.increment(tasks);
        RangeSet over = new RangeSet(counter.atLeast(triesMax(stage, failure), tasks));
        over.addAll(stage.stopping.intersection(tasks));
        stage.requeue(over.absentFrom(tasks));
        if (isTrouble && failure.kind() != Failure.Kind.WORKER_LOST) {
            stage.pausedUntil = out.now.plus(TROUBLE_PAUSE);
        }
        if (over.isEmpty()) {
            return;
        }
        if (job.isActive()) {
            endings.failTasks(job, stage, worker, failure, over.toRanges(), out);
        } else {
            stage.requeue(over.toRanges());
        }
    }
}
