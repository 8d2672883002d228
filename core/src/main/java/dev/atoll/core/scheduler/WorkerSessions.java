package dev.atoll.core.scheduler;

import dev.atoll.core.model.WorkerId;

import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Follows the workers: who is linked, who is silent, who is lost. */
final class WorkerSessions {
    private final State state;
    private final WorkerClaims claims;
    private final Losses losses;
    private final Holdings holdings;
    private final Quarantine quarantine;

    /** Who was on the roster when this leader took over, and has not been heard of since. */
    private final NavigableSet<WorkerId> awaited = new TreeSet<>();

    WorkerSessions(
            State state,
            WorkerClaims claims,
            Losses losses,
            Holdings holdings,
            Quarantine quarantine) {
        this.state = state;
        this.claims = claims;
        this.losses = losses;
        this.holdings = holdings;
        this.quarantine = quarantine;
    }

    // ---- coming

    /** Takes a worker in; true when it was the last one that a new leader waited for. */
    boolean connected(SchedulerEvent.WorkerConnected event, Outbox out) {
        Worker worker =
                state.workerOrNew(
                        event.worker(), new Worker.Link.Connected(event.session()), out.now);
        holdings.sessionOver(worker);
        boolean isNewIncarnation = worker.incarnation != event.incarnation();
        worker.incarnation = event.incarnation();
        worker.address = event.address();
        worker.offer = event.offer();
        worker.link = new Worker.Link.Connected(event.session());
        worker.lastHeard = out.now;
        worker.isSilent = false;
        worker.introduced.clear();
        worker.revoking.clear();
        worker.missing.clear();
        if (isNewIncarnation) {
            worker.lastSequence = 0;
            quarantine.pardon(worker);
        }
        if (!state.roster.contains(worker.id)) {
            out.fact(new Fact.WorkerEnlisted(worker.id));
        }
        out.send(new SchedulerCommand.Welcome(worker.id, event.session()));
        claims.settle(worker, event, isNewIncarnation, out);
        return awaited.remove(worker.id) && awaited.isEmpty();
    }

    // ---- going

    void disconnected(SchedulerEvent.WorkerDisconnected event, Outbox out) {
        state.worker(event.worker())
                .filter(worker -> worker.isSession(event.session()))
                .ifPresent(worker -> {
                    worker.link = new Worker.Link.Disconnected(out.now, patience(worker));
                    holdings.sessionOver(worker);
                });
    }

    /* One that was drained and runs nothing is most likely being started anew, and nothing waits for
     * it but readers of its outputs. */
    private Duration patience(Worker worker) {
        return worker.isDraining && worker.grantedTasks() == 0
                ? state.limits.silenceLost()
                : state.limits.disconnectGrace();
    }

    void heartbeat(SchedulerEvent.WorkerHeartbeat event, Outbox out) {
        state.worker(event.worker())
                .filter(worker -> worker.isSession(event.session()))
                .ifPresent(worker -> {
                    worker.lastHeard = out.now;
                    worker.shortage = event.shortage();
                });
    }

    void drain(SchedulerEvent.DrainRequested event, Outbox out) {
        boolean wasDrained = state.drained.contains(event.worker());
        Optional<Worker> worker = state.worker(event.worker());
        if (worker.isEmpty() && !wasDrained) {
            out.send(
                    new SchedulerCommand.Refused(
                            event.cause(),
                            SchedulerCommand.Refusal.NODE_NOT_FOUND,
                            "there is no node %s".formatted(event.worker())));
            return;
        }
        if (event.resume() && wasDrained) {
            out.fact(new Fact.WorkerResumed(event.worker()));
        } else if (!event.resume() && !wasDrained) {
            out.fact(new Fact.WorkerDrained(event.worker()));
        }
        if (event.resume()) {
            worker.ifPresent(quarantine::pardon);
        }
        int running = worker.map(Worker::grantedTasks).orElse(0);
        out.send(new SchedulerCommand.Completed(event.cause(), running));
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
        if (state.roster.contains(worker.id)) {
            out.fact(new Fact.WorkerDischarged(worker.id));
        }
        String detail = "its worker was lost: " + reason;
        for (Job job : state.activeJobs()) {
            for (Stage stage : job.stages) {
                losses.takeLost(worker, job, stage, stage.heldBy(worker.id), detail, out);
            }
        }
        holdings.lost(worker, out);
        forgetLostWorkers();
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
     * Waits for the workers that a former leader knew: those that may run something or hold outputs
     * by the ledger get the patience of a broken session, and jobs from the ledger start nothing
     * until {@link #recovered}.
     */
    void tookOver(Outbox out) {
        awaited.addAll(state.roster);
        TreeSet<WorkerId> known = new TreeSet<>(state.roster);
        state.activeJobs().forEach(job -> job.recovering = true);
        // Also the holders of what ended jobs left: one may be retried before they are back.
        for (Job job : state.jobs.values()) {
            job.stages.forEach(stage -> known.addAll(stage.holders()));
        }
        // Where nothing waits for them, they are given as much time as anybody who is silent.
        Duration patience =
                state.active.isEmpty()
                        ? state.limits.silenceLost()
                        : state.limits.recoveryGrace().plus(state.limits.disconnectGrace());
        for (WorkerId id : known) {
            Worker.Link link = new Worker.Link.Disconnected(out.now, patience);
            state.workerOrNew(id, link, out.now);
        }
    }

    /** The grace is over, or everybody is back: what no worker has claimed is queued. */
    void recovered(Outbox out) {
        // Also where a job has ended meanwhile: it may be retried.
        state.jobs.values().forEach(job -> job.recovering = false);
        state.activeJobs().forEach(job -> out.changed(job.id));
    }
}
