package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent.FailedTasks;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Takes in what workers report. A report may be repeated, late, or about tasks that were given to
 * another worker meanwhile: the first success that is recorded counts, others are dropped.
 */
final class Reports {
    /* After trouble with an input or a worker the stage rests for a moment, so that its attempts are
     * not burnt while the cause, such as a worker that is not yet known to be lost, still stands. */
    private static final Duration TROUBLE_PAUSE = Duration.ofSeconds(1);

    private final State state;
    private final JobEndings endings;

    Reports(State state, JobEndings endings) {
        this.state = state;
        this.endings = endings;
    }

    void report(SchedulerEvent.WorkerReported event, Outbox out) {
        Worker worker = state.workers.get(event.worker());
        if (worker == null || !worker.isSession(event.session())) {
            return;
        }
        worker.lastHeard = out.now;
        if (event.sequence() > worker.lastSequence) {
            worker.lastSequence = event.sequence();
            takeAll(worker, event, out);
        }
        out.send(new SchedulerCommand.Acknowledge(worker.id, event.session(), event.sequence()));
    }

    private void takeAll(Worker worker, SchedulerEvent.WorkerReported event, Outbox out) {
        for (StageReport report : event.reports()) {
            Optional<Stage> stage = state.stage(report.stage());
            if (stage.isPresent()) {
                take(worker, state.knownJob(report.stage().job()), stage.get(), report, out);
            } else {
                out.send(
                        new SchedulerCommand.Forget(
                                worker.id, event.session(), report.stage().job()));
            }
        }
    }

    private void take(Worker worker, Job job, Stage stage, StageReport report, Outbox out) {
        int ended = report.succeeded().size();
        stage.starts.news(worker.id, out.now);
        markStarted(worker, stage, report.started(), out.now);
        succeed(worker, job, stage, report, out);
        for (FailedTasks failed : report.failed()) {
            ended += failed.tasks().size();
            fail(worker, job, stage, failed, report.attempt(), out);
        }
        worker.revoking.remove(stage.ref);
        release(worker, job, stage, report, out);
        learn(stage, report, ended);
        out.changed(job.id);
    }

    private static void learn(Stage stage, StageReport report, int ended) {
        if (ended > 0) {
            stage.runTimes.ended(report.runTime(), ended);
        }
        if (ended > 0 && report.failed().isEmpty()) {
            stage.runTimes.succeeded(report.runTime(), ended);
        }
    }

    private static void markStarted(Worker worker, Stage stage, Ranges tasks, Instant now) {
        if (!tasks.isEmpty()) {
            RangeSet held = new RangeSet(stage.heldBy(worker.id));
            stage.starts.started(worker.id, held.intersection(tasks), now);
        }
    }

    private void release(Worker worker, Job job, Stage stage, StageReport report, Outbox out) {
        Ranges tasks = report.released();
        if (tasks.isEmpty()) {
            return;
        }
        Assignments.takeBackups(worker, stage, stage.backupsNumbered(report.attempt(), tasks));
        Ranges released = Assignments.take(worker, stage, current(stage, tasks, report.attempt()));
        // What never ran is granted again under the same number, unless there is a higher one.
        Ranges single = stage.backups().without(released);
        Ranges backedUp = new RangeSet(single).absentFrom(released);
        stage.attemptsEnded(backedUp);
        requeue(job, stage, stage.promoteBackups(backedUp), out);
        requeue(job, stage, single, out);
    }

    private void succeed(Worker worker, Job job, Stage stage, StageReport report, Outbox out) {
        Ranges tasks = report.succeeded();
        if (tasks.isEmpty()) {
            return;
        }
        Ranges winners = takeFromWinner(worker, stage, tasks, report.attempt(), out);
        Ranges here = stage.succeededOn(worker.id);
        Ranges fresh =
                job.isEnded()
                        ? Ranges.empty()
                        : stage.failed().absentFrom(stage.succeeded().absentFrom(tasks));
        takeFromOthers(worker, stage, fresh, out);
        stage.backupsSucceeded(winners);
        if (!fresh.isEmpty()) {
            Ranges silent = new RangeSet(fresh).intersection(report.silent());
            out.fact(new Fact.TasksSucceeded(stage.ref, worker.id, fresh, silent));
            Outputs.noteMade(worker, stage, fresh);
            worker.succeededCount += fresh.size();
        }
        RangeSet spare = new RangeSet(tasks);
        spare.removeAll(fresh);
        spare.removeAll(here);
        if (!spare.isEmpty() && worker.link instanceof Worker.Link.Connected connected) {
            out.send(
                    new SchedulerCommand.Discard(
                            worker.id, connected.session(), stage.ref, spare.toRanges()));
        }
    }

    /** Takes what has succeeded from its worker, and returns those tasks whose backup did. */
    private Ranges takeFromWinner(
            Worker worker, Stage stage, Ranges tasks, int attempt, Outbox out) {
        Ranges numbered = stage.backupsNumbered(attempt, tasks);
        RangeSet backups = new RangeSet(Assignments.takeBackups(worker, stage, tasks));
        Ranges winners = backups.intersection(numbered);
        Ranges granted = Assignments.take(worker, stage, tasks);
        // An older attempt may have succeeded where a newer one waits or runs.
        RangeSet newer = new RangeSet(granted);
        newer.removeAll(current(stage, granted, attempt));
        newer.addAll(new RangeSet(winners).absentFrom(backups.toRanges()));
        endings.stopTasks(worker.id, stage, newer.toRanges(), JobEndings.SIGNAL_DEFAULT, out);
        return winners;
    }

    /** Another worker may hold another attempt of a task that has just succeeded. */
    private void takeFromOthers(Worker winner, Stage stage, Ranges tasks, Outbox out) {
        endings.stopBackups(stage, tasks, JobEndings.SIGNAL_DEFAULT, out);
        if (tasks.isEmpty() || stage.grantedCount() == 0) {
            return;
        }
        for (WorkerId id : List.copyOf(stage.granted().keySet())) {
            Worker other = state.workers.get(id);
            if (other != null && other != winner) {
                Ranges taken = Assignments.take(other, stage, tasks);
                endings.stopTasks(id, stage, taken, JobEndings.SIGNAL_DEFAULT, out);
                stage.requeue(taken);
            }
        }
    }

    /** Those of the tasks whose present attempt has this number; others are old news. */
    private static Ranges current(Stage stage, Ranges tasks, int attempt) {
        return stage.attemptsOver.equal(attempt - 1, tasks);
    }

    private void fail(
            Worker worker, Job job, Stage stage, FailedTasks failed, int attempt, Outbox out) {
        Ranges numbered = stage.backupsNumbered(attempt, failed.tasks());
        RangeSet goingOn = new RangeSet(Assignments.takeBackups(worker, stage, numbered));
        Ranges granted = Assignments.take(worker, stage, current(stage, failed.tasks(), attempt));
        if (granted.isEmpty() && goingOn.isEmpty()) {
            return;
        }
        Failure failure = failed.failure();
        worker.failedCount += granted.size() + goingOn.size();
        stage.attemptsEnded(granted);
        Ranges tasks = stage.promoteBackups(granted);
        goingOn.addAll(new RangeSet(tasks).absentFrom(granted));
        if (failure.kind() != Failure.Kind.CANCELLED) {
            countWhatGoesOn(stage, failure, goingOn.toRanges());
        }
        if (tasks.isEmpty()) {
            return;
        }
        if (job.status() instanceof Job.Status.Stopping) {
            keepRealFailures(worker, stage, failure, tasks, out);
        } else if (failure.kind() == Failure.Kind.CANCELLED) {
            endCancelled(worker, job, stage, failure, tasks, out);
        } else {
            endOrRequeue(Optional.of(worker.id), job, stage, failure, tasks, out);
        }
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
