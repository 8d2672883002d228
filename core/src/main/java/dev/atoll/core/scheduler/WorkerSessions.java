package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent.HeldOutputs;
import dev.atoll.core.scheduler.SchedulerEvent.StageAttempts;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Follows the workers: who is linked, who is silent, who is lost, and what each of them really has
 * when it comes (back).
 */
final class WorkerSessions {
    private final State state;
    private final JobEndings endings;
    private final Reports reports;

    WorkerSessions(State state, JobEndings endings, Reports reports) {
        this.state = state;
        this.endings = endings;
        this.reports = reports;
    }

    // ---- coming

    void connected(SchedulerEvent.WorkerConnected event, Outbox out) {
        Worker worker =
                state.workers.computeIfAbsent(
                        event.worker(),
                        id -> new Worker(id, new Worker.Link.Connected(event.session()), out.now));
        boolean isNewIncarnation = worker.incarnation != event.incarnation();
        worker.incarnation = event.incarnation();
        worker.address = event.address();
        worker.offer = event.offer();
        worker.link = new Worker.Link.Connected(event.session());
        worker.lastHeard = out.now;
        worker.isSilent = false;
        worker.introduced.clear();
        worker.revoking.clear();
        if (isNewIncarnation) {
            worker.lastSequence = 0;
        }
        out.send(new SchedulerCommand.Welcome(worker.id, event.session()));
        Map<StageRef, RangeSet> claimed = adopt(worker, event, out);
        dropUnclaimed(worker, claimed, out);
        compareOutputs(worker, event, claimed, out);
    }

    /** Takes the worker's word for what it runs, where no newer attempt contradicts it. */
    private Map<StageRef, RangeSet> adopt(
            Worker worker, SchedulerEvent.WorkerConnected event, Outbox out) {
        Map<StageRef, RangeSet> claimed = new TreeMap<>();
        for (StageAttempts attempts : event.outstanding()) {
            claimed.computeIfAbsent(attempts.stage(), ref -> new RangeSet())
                    .addAll(attempts.tasks());
            Optional<Stage> found = state.stage(attempts.stage());
            if (found.isEmpty()) {
                forget(worker, event.session(), attempts.stage().job(), out);
                continue;
            }
            Stage stage = found.get();
            RangeSet unwanted = new RangeSet(attempts.tasks());
            unwanted.removeAll(stage.grantedTo(worker.id));
            boolean isOldNews =
                    attempts.reportSequence() > 0
                            && attempts.reportSequence() <= worker.lastSequence;
            if (!isOldNews && state.knownJob(stage.ref.job()).isActive()) {
                Ranges adopted = adoptable(stage, attempts);
                stage.attemptsOver.set(adopted, attempts.attempt() - 1);
                Assignments.give(worker, stage, adopted);
                unwanted.removeAll(adopted);
            }
            endings.stopTasks(
                    worker.id, stage, unwanted.toRanges(), JobEndings.SIGNAL_DEFAULT, out);
            out.changed(stage.ref.job());
        }
        return claimed;
    }

    /** Waiting tasks of which no attempt newer than the worker's was ever granted. */
    private static Ranges adoptable(Stage stage, StageAttempts attempts) {
        RangeSet tasks = new RangeSet(stage.waiting().intersection(attempts.tasks()));
        tasks.removeAll(stage.attemptsOver.atLeast(attempts.attempt() + 1, tasks.toRanges()));
        return tasks.toRanges();
    }

    /** What was granted and is not claimed never arrived, or was lost with an older incarnation. */
    private void dropUnclaimed(Worker worker, Map<StageRef, RangeSet> claimed, Outbox out) {
        for (Job job : activeJobs()) {
            for (Stage stage : job.stages) {
                RangeSet gone = new RangeSet(stage.grantedTo(worker.id));
                RangeSet here = claimed.get(stage.ref);
                if (here != null) {
                    gone.removeAll(here.toRanges());
                }
                lose(worker, job, stage, gone.toRanges(), "its worker started anew", out);
            }
        }
    }

    private void compareOutputs(
            Worker worker,
            SchedulerEvent.WorkerConnected event,
            Map<StageRef, RangeSet> claimed,
            Outbox out) {
        Map<StageRef, Ranges> held = new TreeMap<>();
        for (HeldOutputs outputs : event.held()) {
            held.put(outputs.stage(), outputs.tasks());
            if (state.stage(outputs.stage()).isEmpty()) {
                forget(worker, event.session(), outputs.stage().job(), out);
            }
        }
        for (Job job : state.jobs.values()) {
            for (Stage stage : job.stages) {
                compareOutputs(
                        worker,
                        event.session(),
                        stage,
                        held.getOrDefault(stage.ref, Ranges.empty()),
                        claimed,
                        out);
            }
        }
    }

    private void compareOutputs(
            Worker worker,
            long session,
            Stage stage,
            Ranges held,
            Map<StageRef, RangeSet> claimed,
            Outbox out) {
        RangeSet missing = new RangeSet(stage.succeededOn(worker.id));
        missing.removeAll(held);
        reopenLost(stage, missing.toRanges(), out);
        RangeSet spare = new RangeSet(held);
        spare.removeAll(stage.succeededOn(worker.id));
        RangeSet unacknowledged = claimed.get(stage.ref);
        if (unacknowledged != null) {
            spare.removeAll(unacknowledged.toRanges());
        }
        if (!spare.isEmpty()) {
            out.send(new SchedulerCommand.Discard(worker.id, session, stage.ref, spare.toRanges()));
        }
    }

    private static void forget(Worker worker, long session, JobId job, Outbox out) {
        out.send(new SchedulerCommand.Forget(worker.id, session, job));
    }

    // ---- going

    void disconnected(SchedulerEvent.WorkerDisconnected event, Outbox out) {
        state.worker(event.worker())
                .filter(worker -> worker.isSession(event.session()))
                .ifPresent(worker ->
                        worker.link =
                                new Worker.Link.Disconnected(
                                        out.now, state.limits.disconnectGrace()));
    }

    void heartbeat(SchedulerEvent.WorkerHeartbeat event, Outbox out) {
        state.worker(event.worker())
                .filter(worker -> worker.isSession(event.session()))
                .ifPresent(worker -> worker.lastHeard = out.now);
    }

    void drain(SchedulerEvent.DrainRequested event, Outbox out) {
        Worker worker = state.workers.get(event.worker());
        if (worker == null) {
            out.send(
                    new SchedulerCommand.Refused(
                            event.cause(),
                            SchedulerCommand.Refusal.NODE_NOT_FOUND,
                            "there is no node %s".formatted(event.worker())));
            return;
        }
        worker.isDraining = !event.resume();
        out.send(new SchedulerCommand.Completed(event.cause(), worker.grantedTasks()));
    }

    /** Looks at every worker's silence. */
    void tick(boolean stalled, Outbox out) {
        for (Worker worker : List.copyOf(state.workers.values())) {
            if (stalled) {
                worker.lastHeard = out.now;
            }
            switch (worker.link) {
                case Worker.Link.Connected connected -> listen(worker, connected, out);
                case Worker.Link.Disconnected gone -> {
                    Duration silence = Duration.between(gone.since(), out.now);
                    if (!stalled && silence.compareTo(gone.patience()) >= 0) {
                        giveUp(worker, "its session broke and it did not come back", out);
                    }
                }
                case Worker.Link.Lost lost -> {}
            }
        }
    }

    private void listen(Worker worker, Worker.Link.Connected connected, Outbox out) {
        Duration silence = Duration.between(worker.lastHeard, out.now);
        worker.isSilent = silence.compareTo(state.limits.silenceSuspect()) >= 0;
        if (silence.compareTo(state.limits.silenceLost()) >= 0) {
            String reason = "it was silent for %d s".formatted(silence.toSeconds());
            out.send(new SchedulerCommand.Close(worker.id, connected.session(), reason));
            giveUp(worker, reason, out);
        }
    }

    private void giveUp(Worker worker, String reason, Outbox out) {
        worker.link = new Worker.Link.Lost(reason);
        for (Job job : activeJobs()) {
            for (Stage stage : job.stages) {
                Ranges granted = stage.grantedTo(worker.id);
                lose(worker, job, stage, granted, "its worker was lost: " + reason, out);
                reopenLost(stage, stage.succeededOn(worker.id), out);
            }
        }
        forgetLostWorkers();
    }

    /** Attempts are lost with their worker, or never reached it. */
    private void lose(
            Worker worker, Job job, Stage stage, Ranges granted, String detail, Outbox out) {
        if (granted.isEmpty()) {
            return;
        }
        RangeSet ran = new RangeSet(likelyRunning(worker, stage, granted));
        Ranges taken = Assignments.take(worker, stage, granted);
        stage.attemptsOver.increment(taken);
        Failure failure = new Failure(Failure.Kind.WORKER_LOST, 0, detail);
        stage.requeue(ran.absentFrom(taken));
        Ranges blamed = ran.intersection(taken);
        reports.endOrRequeue(Optional.of(worker.id), job, stage, failure, blamed, out);
        out.changed(job.id);
    }

    /* A task that kills its worker must not be tried for ever, and one that only waited there must
     * not be blamed. Started tasks are reported late, so the first that fit count as running too. */
    private static Ranges likelyRunning(Worker worker, Stage stage, Ranges granted) {
        RangeSet running = new RangeSet();
        RangeSet started = stage.started.get(worker.id);
        if (started != null) {
            running.addAll(started.toRanges());
        }
        running.addAll(new RangeSet(granted).takeFirst(worker.slots(stage.spec.need())));
        return running.toRanges();
    }

    /** Outputs are gone: where they are still needed, their tasks run again. */
    private void reopenLost(Stage stage, Ranges tasks, Outbox out) {
        Job job = state.knownJob(stage.ref.job());
        if (!tasks.isEmpty() && job.isActive() && job.isOutputNeeded(stage)) {
            out.fact(new Fact.TasksReopened(stage.ref, tasks));
        }
    }

    private void forgetLostWorkers() {
        List<Worker> lost = state.workers.values().stream().filter(Worker::isLost).toList();
        lost.stream()
                .sorted((a, b) -> a.lastHeard.compareTo(b.lastHeard))
                .limit(Math.max(0, lost.size() - state.limits.lostWorkersMax()))
                .forEach(worker -> state.workers.remove(worker.id));
    }

    // ---- taking over

    /**
     * Waits for the workers that a former leader knew: those that hold outputs by the ledger get
     * the patience of a broken session, and jobs from the ledger start nothing until {@link
     * #recovered}.
     */
    void tookOver(Outbox out) {
        TreeSet<WorkerId> holders = new TreeSet<>();
        for (Job job : activeJobs()) {
            job.recovering = true;
            job.stages.forEach(stage -> holders.addAll(stage.succeededBy().keySet()));
        }
        Duration patience = state.limits.recoveryGrace().plus(state.limits.disconnectGrace());
        for (WorkerId id : holders) {
            Worker.Link link = new Worker.Link.Disconnected(out.now, patience);
            state.workers.put(id, new Worker(id, link, out.now));
        }
    }

    /** The grace is over: what no worker has claimed is queued. */
    void recovered(Outbox out) {
        for (Job job : activeJobs()) {
            job.recovering = false;
            out.changed(job.id);
        }
    }

    /** Jobs that have not ended. */
    private List<Job> activeJobs() {
        return state.active.stream().map(state::knownJob).toList();
    }
}
