package dev.atoll.core.scheduler;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent.StageAttempts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares what a worker has, when it comes (back), with what it should have. */
final class WorkerClaims {
    /* A claim counts only for the very attempt that was granted. A worker may still have an older
     * attempt of a task, or only its report, when the grant of a newer one got lost with the last
     * session: were that taken for the newer attempt, both sides would wait for each other. So what
     * is granted and not claimed with its number never arrived, and is granted anew; and a claim
     * whose report was taken in already says nothing, for what followed from the report is known.
     *
     * A new leader may find two workers with neighbouring attempts of one task: then the later one
     * was its backup, or took the place of the earlier one. Where backups are allowed both go on, as
     * attempt and backup, whichever worker comes first; elsewhere the second one to come is
     * stopped. */
    private final State state;
    private final JobEndings endings;
    private final Losses losses;
    private final Holdings holdings;

    WorkerClaims(State state, JobEndings endings, Losses losses, Holdings holdings) {
        this.state = state;
        this.endings = endings;
        this.losses = losses;
        this.holdings = holdings;
    }

    /** What a worker truly has by its claims. */
    private record Claimed(
            Map<StageRef, RangeSet> confirmed, Map<StageRef, RangeSet> unacknowledged) {
        Claimed() {
            this(new TreeMap<>(), new TreeMap<>());
        }

        static void add(Map<StageRef, RangeSet> to, StageRef stage, Ranges tasks) {
            to.computeIfAbsent(stage, ref -> new RangeSet()).addAll(tasks);
        }

        static Ranges of(Map<StageRef, RangeSet> from, StageRef stage) {
            RangeSet tasks = from.get(stage);
            return tasks == null ? Ranges.empty() : tasks.toRanges();
        }
    }

    /** Settles everything that the worker claims, in a session that was just opened. */
    void settle(
            Worker worker,
            SchedulerEvent.WorkerConnected event,
            boolean isNewIncarnation,
            Outbox out) {
        Claimed claimed = adopt(worker, event, out);
        dropUnclaimed(worker, isNewIncarnation, claimed, out);
        holdings.compare(worker, event, claimed.unacknowledged(), out);
    }

    // ---- attempts

    private Claimed adopt(Worker worker, SchedulerEvent.WorkerConnected event, Outbox out) {
        Claimed claimed = new Claimed();
        // Several attempts of one task may not have been acknowledged; the newest is what counts.
        List<StageAttempts> newestFirst = new ArrayList<>(event.outstanding());
        newestFirst.sort(Comparator.comparingInt(StageAttempts::attempt).reversed());
        for (StageAttempts attempts : newestFirst) {
            JobId job = attempts.stage().job();
            Optional<Stage> stage = state.stage(attempts.stage());
            if (stage.isEmpty()) {
                forget(worker, event.session(), job, out);
            } else if (!isOldNews(worker, attempts)) {
                adopt(worker, state.knownJob(job), stage.get(), attempts, claimed, out);
            }
        }
        return claimed;
    }

    /** Whether the report that tells of the end of these attempts was taken in already. */
    private static boolean isOldNews(Worker worker, StageAttempts attempts) {
        return attempts.reportSequence() > 0 && attempts.reportSequence() <= worker.lastSequence;
    }

    /** Takes the worker's word for what it runs, where no newer attempt contradicts it. */
    private void adopt(
            Worker worker,
            Job job,
            Stage stage,
            StageAttempts attempts,
            Claimed claimed,
            Outbox out) {
        RangeSet mine = new RangeSet(granted(worker, stage, attempts));
        if (job.isActive()) {
            Ranges adopted = adoptable(stage, attempts);
            stage.attemptGoesOn(adopted, attempts.attempt());
            Assignments.give(worker, stage, adopted);
            mine.addAll(adopted);
            mine.addAll(adoptBeside(worker, job, stage, attempts, out));
        }
        stage.starts.news(worker.id, out.now);
        Claimed.add(claimed.confirmed(), stage.ref, mine.toRanges());
        Claimed.add(claimed.unacknowledged(), stage.ref, attempts.tasks());
        // An order to stop may have been lost with the session before, so it is given again.
        RangeSet toStop = new RangeSet(attempts.tasks());
        if (job.isActive()) {
            Ranges confirmed = Claimed.of(claimed.confirmed(), stage.ref);
            toStop.removeAll(stage.stopping.absentFrom(confirmed));
        }
        endings.stopTasks(worker.id, stage, toStop.toRanges(), JobEndings.SIGNAL_DEFAULT, out);
        out.changed(job.id);
    }

    /** Tasks of which this very attempt was granted to the worker, or is the backup that it has. */
    private static Ranges granted(Worker worker, Stage stage, StageAttempts attempts) {
        Ranges same = new RangeSet(stage.grantedTo(worker.id)).intersection(attempts.tasks());
        RangeSet mine = new RangeSet(stage.attemptsOver.equal(attempts.attempt() - 1, same));
        RangeSet backups = new RangeSet(stage.backups().heldBy(worker.id));
        mine.addAll(
                backups.intersection(stage.backupsNumbered(attempts.attempt(), attempts.tasks())));
        return mine.toRanges();
    }

    /** Adopts tasks of which another worker has an attempt with the number before or after. */
    private Ranges adoptBeside(
            Worker worker, Job job, Stage stage, StageAttempts attempts, Outbox out) {
        RangeSet adopted = new RangeSet();
        if (!job.spec.allowsBackups(stage.spec)) {
            return adopted.toRanges();
        }
        for (WorkerId id : List.copyOf(stage.granted().keySet())) {
            Worker other = state.workers.get(id);
            if (other == null || other == worker) {
                continue;
            }
            Ranges theirs = new RangeSet(stage.grantedTo(id)).intersection(attempts.tasks());
            Ranges free = stage.backups().without(stage.stopping.absentFrom(theirs));
            Ranges later = stage.attemptsOver.equal(attempts.attempt() - 2, free);
            Assignments.giveBackups(worker, stage, later);
            adopted.addAll(later);
            if (job.recovering) {
                Ranges earlier = stage.attemptsOver.equal(attempts.attempt(), free);
                putBefore(worker, other, stage, earlier, out);
                adopted.addAll(earlier);
            }
        }
        return adopted.toRanges();
    }

    /** What one worker has becomes the backup of what another one has with the number before. */
    private static void putBefore(
            Worker first, Worker second, Stage stage, Ranges tasks, Outbox out) {
        Ranges running = new RangeSet(stage.starts.on(second.id)).intersection(tasks);
        Assignments.take(second, stage, tasks);
        stage.attemptsOver.decrement(tasks);
        Assignments.give(first, stage, tasks);
        Assignments.giveBackups(second, stage, tasks);
        stage.starts.started(second.id, running, out.now);
    }

    /** Waiting tasks of which no attempt newer than the worker's was ever granted. */
    private static Ranges adoptable(Stage stage, StageAttempts attempts) {
        RangeSet tasks = new RangeSet(stage.waiting().intersection(attempts.tasks()));
        tasks.removeAll(stage.attemptsOver.atLeast(attempts.attempt() + 1, tasks.toRanges()));
        return tasks.toRanges();
    }

    /** What was granted and is not claimed never arrived, or was lost with an older incarnation. */
    private void dropUnclaimed(
            Worker worker, boolean isNewIncarnation, Claimed claimed, Outbox out) {
        for (Job job : state.activeJobs()) {
            for (Stage stage : job.stages) {
                RangeSet gone = new RangeSet(stage.heldBy(worker.id));
                gone.removeAll(Claimed.of(claimed.confirmed(), stage.ref));
                if (isNewIncarnation) {
                    String detail = "its worker started anew";
                    losses.takeLost(worker, job, stage, gone.toRanges(), detail, out);
                } else {
                    losses.takeUndelivered(worker, job, stage, gone.toRanges(), out);
                }
            }
        }
    }

    private static void forget(Worker worker, long session, JobId job, Outbox out) {
        out.send(new SchedulerCommand.Forget(worker.id, session, job));
    }
}
