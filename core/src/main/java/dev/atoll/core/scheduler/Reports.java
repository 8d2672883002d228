package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent.FailedTasks;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;

import java.time.Duration;
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
        markStarted(worker, stage, report.started());
        succeed(worker, job, stage, report, out);
        for (FailedTasks failed : report.failed()) {
            ended += failed.tasks().size();
            fail(worker, job, stage, failed, report.attempt(), out);
        }
        worker.revoking.remove(stage.ref);
        Ranges released = current(stage, report.released(), report.attempt());
        requeue(job, stage, Assignments.take(worker, stage, released), out);
        stage.learn(report.runTime(), ended);
        out.changed(job.id);
    }

    private static void markStarted(Worker worker, Stage stage, Ranges tasks) {
        RangeSet granted = stage.granted().get(worker.id);
        if (granted != null && !tasks.isEmpty()) {
            stage.started
                    .computeIfAbsent(worker.id, id -> new RangeSet())
                    .addAll(granted.intersection(tasks));
        }
    }

    private void succeed(Worker worker, Job job, Stage stage, StageReport report, Outbox out) {
        Ranges tasks = report.succeeded();
        if (tasks.isEmpty()) {
            return;
        }
        Ranges taken = Assignments.take(worker, stage, tasks);
        // An older attempt may have succeeded where a newer one waits or runs.
        RangeSet newer = new RangeSet(taken);
        newer.removeAll(current(stage, taken, report.attempt()));
        endings.stopTasks(worker.id, stage, newer.toRanges(), JobEndings.SIGNAL_DEFAULT, out);
        Ranges here = stage.succeededOn(worker.id);
        Ranges fresh =
                job.isEnded()
                        ? Ranges.empty()
                        : stage.failed().absentFrom(stage.succeeded().absentFrom(tasks));
        takeFromOthers(worker, stage, fresh, out);
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

    /** Another worker may hold a later attempt of a task that has just succeeded. */
    private void takeFromOthers(Worker winner, Stage stage, Ranges tasks, Outbox out) {
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
        Ranges tasks = Assignments.take(worker, stage, current(stage, failed.tasks(), attempt));
        if (tasks.isEmpty()) {
            return;
        }
        Failure failure = failed.failure();
        worker.failedCount += tasks.size();
        stage.attemptsOver.increment(tasks);
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

    /** Attempts have failed, and are in no set: their tasks are tried again, or have failed. */
    void endOrRequeue(
            Optional<WorkerId> worker,
            Job job,
            Stage stage,
            Failure failure,
            Ranges tasks,
            Outbox out) {
        boolean isTrouble = failure.kind().isClusterTrouble();
        RangeCounter counter = isTrouble ? stage.troubles : stage.failures;
        int max = isTrouble ? state.limits.clusterTroubleMax() : stage.spec.attemptsMax();
        counter.increment(tasks);
        RangeSet over = new RangeSet(counter.atLeast(max, tasks));
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
