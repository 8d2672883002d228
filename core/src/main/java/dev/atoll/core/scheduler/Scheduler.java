package dev.atoll.core.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The master's mind. One thread owns it; time, ids and randomness come in with the events.
 *
 * <p>Facts are applied at once, by the same code that {@link #replay} uses to rebuild a scheduler
 * from the ledger; if they cannot be made durable, the caller must stop leading and throw this
 * object away.
 */
public final class Scheduler {
    private final State state;
    private final JobRequests requests;
    private final JobEndings endings;
    private final EarlierJobs earlier;
    private final ChildJobs children;
    private final Quarantine quarantine;
    private final Reports reports;
    private final WorkerSessions sessions;
    private final Dispatcher dispatcher;
    private final Pipes pipes;
    private final Stragglers stragglers;
    private final Copies copies;
    private final AwaitedResults awaited;
    private final Queries queries;
    private final long epoch;
    private Instant wallClock = Instant.EPOCH;
    private Optional<Instant> recoveringSince = Optional.empty();

    /**
     * A scheduler that knows of nothing.
     *
     * @param epoch the term of the leader that owns it
     */
    public Scheduler(SchedulerLimits limits, long epoch) {
        this.epoch = epoch;
        state = new State(limits);
        Outputs outputs = new Outputs(state);
        CopyNeeds needs = new CopyNeeds(state, outputs);
        copies = new Copies(state, outputs, needs, epoch);
        awaited = new AwaitedResults(state, outputs, needs);
        earlier = new EarlierJobs(state);
        children = new ChildJobs(state);
        endings = new JobEndings(state, copies, awaited, earlier);
        pipes = new Pipes(state, endings);
        requests = new JobRequests(state, endings, outputs);
        quarantine = new Quarantine(state);
        Failures failures = new Failures(state, endings, quarantine);
        Holdings holdings = new Holdings(state, outputs, copies, needs);
        reports = new Reports(state, endings, failures, quarantine, holdings, copies);
        Losses losses = new Losses(failures);
        WorkerClaims claims = new WorkerClaims(state, endings, losses, holdings);
        sessions = new WorkerSessions(state, claims, losses, holdings, quarantine);
        dispatcher = new Dispatcher(state, quarantine, earlier, new Locality(state, quarantine));
        stragglers = new Stragglers(state, dispatcher);
        Explainer explainer = new Explainer(state, dispatcher, awaited, quarantine);
        queries = new Queries(state, outputs, explainer);
    }

    /** The term of the leader that owns it. */
    public long epoch() {
        return epoch;
    }

    /**
     * Decides what follows from an event.
     *
     * @param now by this process's monotonic clock; never goes back
     */
    public Decision handle(Instant now, SchedulerEvent event) {
        noteWallClock(event);
        Outbox out = new Outbox(state, now, wallClock, event.cause());
        react(event, out);
        pipes.endBroken(out);
        quarantine.review(out.now);
        copies.follow(out);
        settle(out);
        dispatcher.dispatch(out);
        if (event instanceof SchedulerEvent.Tick tick && !tick.stalled()) {
            stragglers.backUp(out);
        }
        return out.toDecision();
    }

    /* The end of a job may be the end of those that come after it or that it has submitted, and so
     * on. */
    private void settle(Outbox out) {
        boolean stopped;
        do {
            endings.settle(out);
            stopped = earlier.stopFollowers(endings, out);
            stopped |= children.stopAbandoned(endings, out);
        } while (stopped);
    }

    private void noteWallClock(SchedulerEvent event) {
        switch (event) {
            case SchedulerEvent.JobSubmitted submitted -> wallClock = submitted.wallClock();
            case SchedulerEvent.CancelRequested cancel -> wallClock = cancel.wallClock();
            case SchedulerEvent.Tick tick -> wallClock = tick.wallClock();
            case SchedulerEvent.TookOver tookOver -> wallClock = tookOver.wallClock();
            case SchedulerEvent.RetryRequested retry -> {}
            case SchedulerEvent.WorkerConnected connected -> {}
            case SchedulerEvent.WorkerDisconnected disconnected -> {}
            case SchedulerEvent.WorkerHeartbeat heartbeat -> {}
            case SchedulerEvent.WorkerReported reported -> {}
            case SchedulerEvent.DrainRequested drain -> {}
            case SchedulerEvent.InputsLocated located -> {}
        }
    }

    private void react(SchedulerEvent event, Outbox out) {
        switch (event) {
            case SchedulerEvent.TookOver tookOver -> tookOver(out);
            case SchedulerEvent.JobSubmitted submitted -> requests.submit(submitted, out);
            case SchedulerEvent.CancelRequested cancel -> requests.cancel(cancel, out);
            case SchedulerEvent.RetryRequested retry -> requests.retry(retry, out);
            case SchedulerEvent.WorkerConnected connected -> connected(connected, out);
            case SchedulerEvent.WorkerDisconnected gone -> sessions.disconnected(gone, out);
            case SchedulerEvent.WorkerHeartbeat heartbeat -> sessions.heartbeat(heartbeat, out);
            case SchedulerEvent.WorkerReported reported -> reports.report(reported, out);
            case SchedulerEvent.DrainRequested drain -> sessions.drain(drain, out);
            case SchedulerEvent.InputsLocated located -> inputsLocated(located);
            case SchedulerEvent.Tick tick -> tick(tick, out);
        }
    }

    private void tookOver(Outbox out) {
        sessions.tookOver(out);
        copies.tookOver();
        if (!state.active.isEmpty()) {
            recoveringSince = Optional.of(out.now);
        }
    }

    /* Only the workers on the roster can run anything. So when the last of them has said what it
     * runs, there is nobody left to wait for. If the roster is empty, the ledger may be older than
     * rosters are, and the whole grace is waited. */
    private void connected(SchedulerEvent.WorkerConnected connected, Outbox out) {
        boolean isLast = sessions.connected(connected, out);
        awaited.look();
        if (isLast && recoveringSince.isPresent()) {
            recovered(out);
        }
    }

    private void inputsLocated(SchedulerEvent.InputsLocated located) {
        state.stage(located.stage())
                .filter(stage -> state.knownJob(stage.ref.job()).isActive())
                .ifPresent(stage ->
                        stage.near.heard(located.places(), stage.waiting(), stage.failedAt));
    }

    private void recovered(Outbox out) {
        recoveringSince = Optional.empty();
        sessions.recovered(out);
    }

    private void tick(SchedulerEvent.Tick tick, Outbox out) {
        sessions.tick(tick.stalled(), out);
        if (tick.stalled() && recoveringSince.isPresent()) {
            // Nobody could come back while the master itself stood still.
            recoveringSince = Optional.of(out.now);
        }
        boolean isRecovered =
                recoveringSince
                        .map(since -> Duration.between(since, out.now))
                        .filter(it -> it.compareTo(state.limits.recoveryGrace()) >= 0)
                        .isPresent();
        if (isRecovered) {
            recovered(out);
        }
        state.deadlines.stopLate(state, endings, out);
        awaited.look();
        copies.tick();
        dispatcher.rebalance(out);
    }

    /** Applies a fact from the ledger, before the first event. */
    public void replay(Fact fact) {
        state.apply(fact);
    }

    /** What can be read, by the owning thread only. */
    public SchedulerView view() {
        return queries;
    }

    /**
     * Checks every invariant.
     *
     * @throws IllegalStateException with the story of what is wrong
     */
    public void validate() {
        for (Job job : state.jobs.values()) {
            job.stages.forEach(Stage::validate);
            if (job.isEnded() == state.active.contains(job.id)) {
                throw new IllegalStateException("job %s is counted wrongly".formatted(job.id));
            }
            boolean isBackedUp = job.stages.stream().anyMatch(it -> it.backups().count() > 0);
            if (job.isEnded() && (job.grantedCount() > 0 || isBackedUp)) {
                throw new IllegalStateException("job %s has ended and runs".formatted(job.id));
            }
        }
        copies.validate();
        state.workers.values().forEach(this::validate);
    }

    private void validate(Worker worker) {
        Load counted = new Load();
        for (Job job : state.jobs.values()) {
            for (Stage stage : job.stages) {
                counted.add(stage.spec.need(), stage.heldBy(worker.id).size());
            }
        }
        worker.validate(counted);
        if (worker.isLost() && counted.tasks() > 0) {
            throw new IllegalStateException("lost worker %s holds tasks".formatted(worker.id));
        }
    }
}
