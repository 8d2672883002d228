package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent.FailedTasks;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Takes in what workers report. A report may be repeated, late, or about tasks that were given to
 * another worker meanwhile: the first success that is recorded counts, others are dropped.
 */
final class Reports {
    private final State state;
    private final JobEndings endings;
    private final Failures failures;
    private final Quarantine quarantine;
    private final Holdings holdings;
    private final Copies copies;

    Reports(
            State state,
            JobEndings endings,
            Failures failures,
            Quarantine quarantine,
            Holdings holdings,
            Copies copies) {
        this.state = state;
        this.endings = endings;
        this.failures = failures;
        this.quarantine = quarantine;
        this.holdings = holdings;
        this.copies = copies;
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
        holdings.damaged(worker, event.report().damaged(), out);
        event.report().copies().forEach(report -> copies.report(worker, report, out));
        for (StageReport report : event.report().stages()) {
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
            failures.take(worker, job, stage, failed, report.attempt(), out);
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
        failures.requeue(job, stage, stage.promoteBackups(backedUp), out);
        failures.requeue(job, stage, single, out);
    }

    private void succeed(Worker worker, Job job, Stage stage, StageReport report, Outbox out) {
        Ranges tasks = report.succeeded();
        if (tasks.isEmpty()) {
            return;
        }
        quarantine.succeeded(worker, out.now);
        Ranges winners = takeFromWinner(worker, stage, tasks, report.attempt(), out);
        Ranges here = stage.outputsOn(worker.id, tasks);
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
        // What it holds as a copy of another attempt's output is no spare either.
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
    static Ranges current(Stage stage, Ranges tasks, int attempt) {
        return stage.attemptsOver.equal(attempt - 1, tasks);
    }
}
