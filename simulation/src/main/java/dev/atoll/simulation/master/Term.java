package dev.atoll.simulation.master;

import dev.atoll.core.model.StageRef;
import dev.atoll.core.scheduler.Decision;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.invariant.Observation;
import dev.atoll.simulation.ledger.Batch;
import dev.atoll.simulation.ledger.Journal;
import dev.atoll.simulation.ledger.Recovery;
import dev.atoll.simulation.world.Host;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One term of a leader: the real scheduler, and the hands that carry out what it decides. */
final class Term {
    private static final Duration COMMIT_PATIENCE = Duration.ofMillis(300);

    private final MasterNode master;
    private final Host host;
    private final Scheduler scheduler;
    private final Journal journal;
    private final Parking parking = new Parking();
    private final Sessions sessions;
    private final Map<String, Consumer<Answer>> waiting = new LinkedHashMap<>();
    private boolean isOver;
    private boolean isFlushPlanned;
    private long causes;
    private long commits;
    private Instant lastTick;

    Term(MasterNode master, long epoch, Recovery recovery) {
        this.master = master;
        this.host = master.host();
        this.scheduler = new Scheduler(master.setting().limits(), epoch);
        this.sessions = new Sessions(epoch);
        this.lastTick = host.now();
        recovery.facts().forEach(scheduler::replay);
        this.journal =
                new Journal(
                        master.setting().batchKeysMax(),
                        recovery,
                        (stage, chunk) -> scheduler.view().progress(stage, chunk));
    }

    long epoch() {
        return scheduler.epoch();
    }

    boolean isOver() {
        return isOver;
    }

    boolean has(Mutation mutation) {
        return master.setting().mutations().contains(mutation);
    }

    Sessions sessions() {
        return sessions;
    }

    String nextCause() {
        return host.name() + "/" + ++causes;
    }

    void begin() {
        host.tell("leads", "epoch", epoch());
        handle(new SchedulerEvent.TookOver(nextCause()));
        planTick();
    }

    void end() {
        isOver = true;
        sessions.endAll();
        waiting.values().forEach(it -> it.accept(new Answer.NotLeading()));
        waiting.clear();
    }

    private void planTick() {
        host.after(master.setting().limits().tick(), this::tick);
    }

    private void tick() {
        if (isOver) {
            return;
        }
        Duration sinceLast = Duration.between(lastTick, host.now());
        lastTick = host.now();
        boolean stalled = sinceLast.compareTo(master.setting().limits().tick().multipliedBy(3)) > 0;
        handle(new SchedulerEvent.Tick(nextCause(), stalled, host.wallClock()));
        planTick();
    }

    void handle(SchedulerEvent event) {
        if (isOver) {
            return;
        }
        if (!master.hasMandate()) {
            // Whoever was paused may wake up when another leads already: not one order more.
            master.stepDown(epoch(), "its lease was not kept alive in time");
            return;
        }
        if (!isMereTime(event)) {
            host.tell("hears", event);
        }
        master.witness().observe(new Observation.Deciding(scheduler, event));
        Decision decision = scheduler.handle(host.now(), event);
        decision.facts().forEach(fact -> host.tell("fact", fact));
        master.witness().observe(new Observation.Decided(scheduler, event, decision));
        journal.record(decision.facts());
        decision.commands().forEach(this::carryOut);
        flush();
    }

    private static boolean isMereTime(SchedulerEvent event) {
        return event instanceof SchedulerEvent.Tick
                || event instanceof SchedulerEvent.WorkerHeartbeat;
    }

    // ---- commands

    private void carryOut(SchedulerCommand command) {
        switch (command) {
            case SchedulerCommand.ToWorker order -> order(order);
            case SchedulerCommand.JobChanged changed -> {}
            case SchedulerCommand.Reply reply -> {
                if (has(Mutation.ANSWER_BEFORE_DURABLE)) {
                    answer(reply);
                } else {
                    whenDurable(() -> answer(reply));
                }
            }
        }
    }

    private void order(SchedulerCommand.ToWorker order) {
        long position = Math.max(reveals(order), positionAhead(order));
        if (position > journal.durablePosition()) {
            parking.park(position, order, () -> sessions.tell(order));
        } else {
            sessions.tell(order);
        }
    }

    /** The position up to which the facts must be durable that an order reveals. */
    private long reveals(SchedulerCommand.ToWorker order) {
        if (order instanceof SchedulerCommand.Introduce introduce) {
            return has(Mutation.INTRODUCE_BEFORE_ACCEPTED)
                    ? 0
                    : journal.acceptedAt(introduce.stage().job());
        }
        boolean isHasty =
                has(Mutation.ACKNOWLEDGE_BEFORE_DURABLE)
                        && order instanceof SchedulerCommand.Acknowledge;
        return order.isRevealing() && !isHasty ? journal.position() : 0;
    }

    private long positionAhead(SchedulerCommand.ToWorker order) {
        return has(Mutation.GRANTS_OVERTAKE_DISCARDS) ? 0 : parking.positionAhead(order);
    }

    private void whenDurable(Runnable action) {
        if (journal.durablePosition() >= journal.position()) {
            action.run();
        } else {
            parking.park(journal.position(), action);
        }
    }

    private void answer(SchedulerCommand.Reply reply) {
        Consumer<Answer> asked = waiting.remove(reply.cause());
        if (asked != null) {
            asked.accept(new Answer.Told(reply, epoch()));
        }
    }

    // ---- requests

    void take(Request request, Consumer<Answer> answered) {
        String cause = nextCause();
        switch (request) {
            case Request.Show show ->
                    show(new Answer.Shown(scheduler.view().job(show.job()), epoch()), answered);
            case Request.FindOutputs find -> show(find(find.stage()), answered);
            case Request.Submit submit ->
                    request(
                            new SchedulerEvent.JobSubmitted(cause, submit.spec(), host.wallClock()),
                            answered);
            case Request.Cancel cancel ->
                    request(
                            new SchedulerEvent.CancelRequested(
                                    cause,
                                    cancel.job(),
                                    cancel.tasks(),
                                    15,
                                    "asked for",
                                    host.wallClock()),
                            answered);
            case Request.Retry retry ->
                    request(
                            new SchedulerEvent.RetryRequested(cause, retry.job(), Optional.empty()),
                            answered);
            case Request.Drain drain ->
                    request(
                            new SchedulerEvent.DrainRequested(
                                    cause, drain.worker(), drain.resume()),
                            answered);
        }
    }

    private Answer find(StageRef stage) {
        int taskCount =
                scheduler
                        .view()
                        .job(stage.job())
                        .map(job -> job.stages().get(stage.stage()).taskCount())
                        .orElse(0);
        return new Answer.Found(scheduler.view().outputs(stage), taskCount);
    }

    private void request(SchedulerEvent event, Consumer<Answer> answered) {
        waiting.put(event.cause(), answered);
        handle(event);
    }

    private void show(Answer answer, Consumer<Answer> answered) {
        if (has(Mutation.SHOW_BEFORE_DURABLE)) {
            answered.accept(answer);
        } else {
            whenDurable(() -> answered.accept(answer));
        }
    }

    // ---- commits

    private void flush() {
        if (isOver || !journal.isWaiting()) {
            return;
        }
        if (journal.isUrgent()) {
            commit(++commits, journal.take());
        } else if (!isFlushPlanned) {
            isFlushPlanned = true;
            host.after(master.setting().commitInterval(), this::flushAsPlanned);
        }
    }

    private void flushAsPlanned() {
        isFlushPlanned = false;
        if (!isOver && journal.isWaiting()) {
            commit(++commits, journal.take());
        }
    }

    private void commit(long number, Batch batch) {
        if (isOver || commits != number || !journal.isInFlight()) {
            return;
        }
        master.network()
                .ask(
                        host,
                        master.ledger().host(),
                        () -> master.ledger().commit(epoch(), number, batch),
                        answer -> {
                            switch (answer) {
                                case COMMITTED -> committed(number);
                                case DEPOSED -> master.stepDown(epoch(), "another leads");
                                case OUT_OF_TURN -> {}
                            }
                        });
        host.after(COMMIT_PATIENCE, () -> commit(number, batch));
    }

    private void committed(long number) {
        if (isOver || commits != number || !journal.isInFlight()) {
            return;
        }
        journal.committed();
        parking.release(journal.durablePosition());
        flush();
    }
}
