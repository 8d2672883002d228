package dev.atoll.simulation.master;

import dev.atoll.core.journal.Batch;
import dev.atoll.core.journal.Gate;
import dev.atoll.core.journal.Journal;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.journal.Recovered;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Decision;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.core.scheduler.SchedulerEvent.Report;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;
import dev.atoll.core.scheduler.SchedulerLimits;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;
import dev.atoll.core.scheduler.SchedulerView.RunningAttempt;
import dev.atoll.core.scheduler.SchedulerView.TaskView;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;
import dev.atoll.core.time.Pulse;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.invariant.Observation;
import dev.atoll.simulation.ledger.PlainEntries;
import dev.atoll.simulation.world.Dice;
import dev.atoll.simulation.world.Host;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One term of a leader: the real scheduler, and the hands that carry out what it decides. */
final class Term {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    /** Within this time after a pause every worker that lives is heard. */
    private static final Duration SETTLE = Duration.ofMillis(600);

    private final MasterNode master;
    private final Host host;
    private final Scheduler scheduler;
    private final Journal<LedgerValue> journal;
    private final Gate gate;
    private final LedgerWriter writer;
    private final Pulse pulse;
    private final Sessions sessions;
    private final Map<String, Consumer<Answer>> waiting = new LinkedHashMap<>();
    private boolean isOver;
    private boolean isFlushPlanned;
    private long causes;

    Term(MasterNode master, long epoch, long committed, Recovered recovered) {
        this.master = master;
        this.host = master.host();
        MasterNode.Setting setting = master.setting();
        this.scheduler = new Scheduler(limits(setting), epoch);
        this.sessions = new Sessions(epoch);
        recovered.facts().forEach(scheduler::replay);
        this.journal =
                new Journal<>(
                        new Journal.Rhythm(
                                setting.commitInterval(),
                                new Batch.Limits(setting.batchKeysMax(), NO_LIMIT)),
                        new PlainEntries(),
                        recovered,
                        this::progress);
        this.gate = new Gate(journal);
        this.writer =
                new LedgerWriter(
                        new LedgerWriter.Way(host, master.naming(), setting.mutations()),
                        epoch,
                        committed,
                        new Outcomes());
        this.pulse = new Pulse(setting.limits().tick(), SETTLE, nowNanos());
    }

    private static SchedulerLimits limits(MasterNode.Setting setting) {
        SchedulerLimits limits = setting.limits();
        return setting.mutations().contains(Mutation.RECOVER_WITHOUT_GRACE)
                ? new SchedulerLimits(
                        limits.tick(),
                        limits.silenceSuspect(),
                        limits.silenceLost(),
                        limits.disconnectGrace(),
                        Duration.ZERO,
                        limits.backlogTarget(),
                        limits.grantTasksMax(),
                        limits.localityWait(),
                        limits.stragglerMin(),
                        limits.quarantineMin(),
                        limits.clusterTroubleMax(),
                        limits.activeJobsMax(),
                        limits.activeTasksMax(),
                        limits.endedJobsMax(),
                        limits.lostWorkersMax())
                : limits;
    }

    private long nowNanos() {
        return Duration.between(Instant.EPOCH, host.now()).toNanos();
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
        master.witness().observe(new Observation.TermBegun(host.name(), epoch()));
        handle(new SchedulerEvent.TookOver(nextCause(), host.wallClock()));
        planTick();
    }

    void end() {
        isOver = true;
        writer.close();
        sessions.endAll();
        waiting.values().forEach(it -> it.accept(new Answer.NotLeading()));
        waiting.clear();
    }

    private ProgressChunk progress(StageRef stage, int chunk) {
        ProgressChunk known = scheduler.view().progress(stage, chunk);
        return has(Mutation.END_WITHOUT_COPIES)
                ? new ProgressChunk(known.succeeded(), Map.of(), known.silent(), known.failed())
                : known;
    }

    /** The same reports, as if they told of the attempts that run now. */
    Report asOfNow(Report report) {
        return new Report(
                report.stages().stream().map(this::asOfNow).toList(),
                report.copies(),
                report.damaged());
    }

    private StageReport asOfNow(StageReport report) {
        int attempt =
                report.succeeded().isEmpty()
                        ? report.attempt()
                        : scheduler
                                .view()
                                .running(new TaskRef(report.stage(), report.succeeded().first()))
                                .map(RunningAttempt::attempt)
                                .orElse(report.attempt());
        return new StageReport(
                report.stage(),
                report.epoch(),
                attempt,
                report.started(),
                report.succeeded(),
                report.silent(),
                report.failed(),
                report.released(),
                report.runTime());
    }

    private void planTick() {
        host.after(master.setting().limits().tick(), this::tick);
    }

    private void tick() {
        if (isOver) {
            return;
        }
        boolean stalled = pulse.beat(nowNanos()) && !has(Mutation.STALLED_LEADER_ACCUSES);
        handle(new SchedulerEvent.Tick(nextCause(), stalled, host.wallClock()));
        planTick();
    }

    void handle(SchedulerEvent event) {
        if (!isLeading()) {
            return;
        }
        if (!isMereTime(event)) {
            host.tell("hears", event);
        }
        master.witness().observe(new Observation.Acting(epoch()));
        master.witness().observe(new Observation.Deciding(scheduler, event));
        Decision decision = scheduler.handle(host.now(), event);
        decision.facts().forEach(fact -> host.tell("fact", fact));
        master.witness().observe(new Observation.Decided(scheduler, event, decision));
        journal.record(decision.facts());
        decision.commands().forEach(this::carryOut);
        flush();
    }

    /** Whoever was paused may wake up when another leads already: not one order more. */
    private boolean isLeading() {
        return !isOver && master.hasMandate();
    }

    private static boolean isMereTime(SchedulerEvent event) {
        return event instanceof SchedulerEvent.Tick
                || event instanceof SchedulerEvent.WorkerHeartbeat;
    }

    // ---- commands

    private void carryOut(SchedulerCommand command) {
        switch (command) {
            case SchedulerCommand.ToWorker order -> order(order);
            case SchedulerCommand.LocateInputs inputs -> locate(inputs);
            case SchedulerCommand.JobChanged changed -> {}
            case SchedulerCommand.Reply reply -> {
                if (has(Mutation.ANSWER_BEFORE_DURABLE)) {
                    answer(reply);
                } else {
                    gate.whenDurable(() -> answer(reply));
                }
            }
        }
    }

    /* Now and then nobody answers, or too late. Inputs are with one or two workers of those that are
     * known, or with none. */
    private void locate(SchedulerCommand.LocateInputs inputs) {
        Dice dice = new Dice(inputs.stage().hashCode() * 31L + ++causes);
        List<WorkerId> workers =
                scheduler.view().workers(host.now()).stream().map(WorkerView::id).toList();
        int taskCount = taskCount(inputs.stage());
        TreeMap<WorkerId, RangeSet> found = new TreeMap<>();
        for (int task = 0; task < taskCount && !workers.isEmpty(); task++) {
            for (int copy = dice.between(0, 2); copy > 0; copy--) {
                found.computeIfAbsent(dice.pick(workers), _ -> new RangeSet()).add(task, task + 1);
            }
        }
        TreeMap<WorkerId, Ranges> places = new TreeMap<>();
        found.forEach((worker, tasks) -> places.put(worker, tasks.toRanges()));
        if (dice.chance(0.9)) {
            host.after(
                    Duration.ofMillis(dice.between(1, 600)),
                    () ->
                            handle(
                                    new SchedulerEvent.InputsLocated(
                                            nextCause(), inputs.stage(), places)));
        }
    }

    private void order(SchedulerCommand.ToWorker order) {
        boolean isHasty =
                switch (order) {
                    case SchedulerCommand.Introduce it -> has(Mutation.INTRODUCE_BEFORE_ACCEPTED);
                    case SchedulerCommand.Acknowledge it ->
                            has(Mutation.ACKNOWLEDGE_BEFORE_DURABLE);
                    case SchedulerCommand.Grant it -> has(Mutation.GRANTS_OVERTAKE_DISCARDS);
                    default -> false;
                };
        if (isHasty) {
            sessions.tell(order);
        } else if (has(Mutation.BACKUPS_TAKE_THE_FIRST_NUMBER)
                && order instanceof SchedulerCommand.Grant grant) {
            gate.order(withTheFirstNumber(grant), sessions::tell);
        } else {
            gate.order(order, sessions::tell);
        }
    }

    private SchedulerCommand.Grant withTheFirstNumber(SchedulerCommand.Grant grant) {
        boolean isBackup =
                scheduler
                        .view()
                        .task(new TaskRef(grant.stage(), grant.tasks().first()))
                        .flatMap(TaskView::backup)
                        .filter(new RunningAttempt(grant.worker(), grant.attempt())::equals)
                        .isPresent();
        return isBackup
                ? new SchedulerCommand.Grant(
                        grant.worker(),
                        grant.session(),
                        grant.stage(),
                        grant.attempt() - 1,
                        grant.tasks())
                : grant;
    }

    private void answer(SchedulerCommand.Reply reply) {
        Consumer<Answer> asked = waiting.remove(reply.cause());
        if (asked != null) {
            asked.accept(new Answer.Told(reply, epoch()));
        }
    }

    // ---- requests

    void take(Request request, Consumer<Answer> answered) {
        if (!isLeading()) {
            answered.accept(new Answer.NotLeading());
            return;
        }
        master.witness().observe(new Observation.Acting(epoch()));
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

    private int taskCount(StageRef stage) {
        return scheduler
                .view()
                .job(stage.job())
                .map(job -> job.stages().get(stage.stage()).taskCount())
                .orElse(0);
    }

    private Answer find(StageRef stage) {
        int taskCount = taskCount(stage);
        return new Answer.Found(scheduler.view().places(stage, 0), taskCount);
    }

    private void request(SchedulerEvent event, Consumer<Answer> answered) {
        waiting.put(event.cause(), answered);
        handle(event);
    }

    private void show(Answer answer, Consumer<Answer> answered) {
        if (has(Mutation.SHOW_BEFORE_DURABLE)) {
            answered.accept(answer);
        } else {
            gate.whenDurable(() -> answered.accept(answer));
        }
    }

    // ---- commits

    private void flush() {
        if (isOver || writer.isBusy()) {
            return;
        }
        long now = nowNanos();
        if (journal.isDue(now)) {
            writer.write(journal.take(now));
        } else if (journal.position() > journal.durablePosition() && !isFlushPlanned) {
            isFlushPlanned = true;
            host.after(Duration.ofNanos(journal.nanosUntilDue(now)), this::flushAsPlanned);
        }
    }

    private void flushAsPlanned() {
        isFlushPlanned = false;
        flush();
    }

    /** What becomes of the batches of this term. */
    private final class Outcomes implements LedgerWriter.Listener {
        @Override
        public void committed() {
            if (!isOver) {
                gate.committed();
                flush();
            }
        }

        @Override
        public void deposed(String reason) {
            master.stepDown(epoch(), reason);
        }
    }
}
