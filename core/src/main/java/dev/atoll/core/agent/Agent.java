package dev.atoll.core.agent;

import static java.util.Objects.requireNonNull;

import dev.atoll.core.agent.RunningAttempts.Running;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.scheduler.SchedulerEvent.HeldOutputs;
import dev.atoll.core.scheduler.SchedulerEvent.Report;
import dev.atoll.core.scheduler.SchedulerEvent.StageAttempts;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The worker's mind. One thread owns it; time comes in with the events.
 *
 * <p>It starts what was granted as soon as that fits, never holds more than the machine offers, and
 * keeps every report until the master has acknowledged it. Losing the master stops nothing.
 */
public final class Agent {
    private static final int SIGNAL_TERM = 15;
    private static final int SIGNAL_KILL = 9;

    /* The start of a short task is not worth a word: its end comes with the same report. */
    private static final Duration START_REPORT_DELAY = Duration.ofMillis(50);

    private final AgentLimits limits;
    private final Slots slots;
    private final GrantQueue queue = new GrantQueue();
    private final RunningAttempts running = new RunningAttempts();
    private final ReportBook book = new ReportBook();
    private final NavigableMap<StageRef, StageSpec> specs = new TreeMap<>();
    private final NavigableMap<StageRef, RangeSet> held = new TreeMap<>();
    private final Set<JobId> forgetting = new LinkedHashSet<>();
    private Instant lastSyncAt = Instant.MIN;
    private long epoch;
    private boolean isWelcome;

    /**
     * An agent without tasks.
     *
     * @param offer what this machine offers; what runs at once never needs more
     * @param held the successful outputs that are whole on the disk, of each stage of which
     *     something is there; maybe none
     */
    public Agent(Resources offer, AgentLimits limits, Map<StageRef, Ranges> held) {
        this.limits = limits;
        this.slots = new Slots(offer, limits.runningMax());
        held.forEach((stage, tasks) -> this.held.put(stage, new RangeSet(tasks)));
    }

    /** The load of a worker. */
    public record Load(int cpuMillisUsed, long memoryBytesUsed, int running, int queued) {}

    /** What runs and what waits now. */
    public Load load() {
        return new Load(
                slots.cpuMillisUsed(), slots.memoryBytesUsed(), running.size(), queue.size());
    }

    /** The highest epoch that was obeyed; 0 before the first. */
    public long epoch() {
        return epoch;
    }

    /**
     * Decides what follows from an event.
     *
     * @param now by this process's monotonic clock; never goes back
     */
    public List<AgentCommand> handle(Instant now, AgentEvent event) {
        List<AgentCommand> out = new ArrayList<>();
        switch (event) {
            case AgentEvent.Order order -> {
                if (order.epoch() >= epoch) {
                    epoch = order.epoch();
                    obey(now, order, out);
                }
            }
            case AgentEvent.Connected connected -> {
                // Another master may not know what has started.
                running.all().forEach(attempt -> attempt.isStartReported = false);
                dropCopies(out);
                out.add(hello());
            }
            case AgentEvent.Disconnected disconnected -> {
                isWelcome = false;
                dropCopies(out);
            }
            case AgentEvent.AttemptEnded ended -> ended(ended, out);
            case AgentEvent.OutputsSynced synced -> {
                book.checkSync(synced.sync());
                report(out);
            }
            case AgentEvent.SyncFailed failed -> {
                book.checkSync(failed.sync());
                book.lost(failed.lost(), failed.detail());
                report(out);
            }
            case AgentEvent.CopyEnded ended -> book.copies().ended(ended);
            case AgentEvent.OutputsDamaged damaged -> damaged(damaged);
            case AgentEvent.Tick tick -> tick(now, out);
        }
        start(now, out);
        sync(now, out);
        return out;
    }

    /* Each sync is followed by a report, and that by a commit of the master's. Where short tasks wait
     * in line nobody waits for the end of one, and the ends of a moment go together. */
    private void sync(Instant now, List<AgentCommand> out) {
        boolean isSoon = now.isBefore(lastSyncAt.plus(limits.reportInterval()));
        if (queue.size() > 0 && isSoon) {
            return;
        }
        book.beginSync()
                .ifPresent(sync -> {
                    lastSyncAt = now;
                    out.add(sync);
                });
    }

    private void obey(Instant now, AgentEvent.Order order, List<AgentCommand> out) {
        switch (order) {
            case AgentEvent.Welcomed welcomed -> {
                isWelcome = true;
                book.unacknowledged()
                        .forEach((sequence, report) ->
                                out.add(new AgentCommand.SendReport(sequence, report)));
            }
            case AgentEvent.Introduced introduced ->
                    specs.put(introduced.stage(), introduced.spec());
            case AgentEvent.Granted granted -> granted(granted, out);
            case AgentEvent.Revoked revoked -> revoked(revoked);
            case AgentEvent.StopRequested stop -> stop(now, stop, out);
            case AgentEvent.Acknowledged acknowledged -> book.acknowledged(acknowledged.sequence());
            case AgentEvent.Discarded discarded -> {
                book.copies().cut(discarded.stage(), discarded.tasks());
                drop(discarded.stage(), discarded.tasks());
                out.add(new AgentCommand.DropOutputs(discarded.stage(), discarded.tasks()));
            }
            case AgentEvent.CopyOrdered copy ->
                    book.copies().begin(copy, busy(copy.stage())).ifPresent(out::add);
            case AgentEvent.Forgotten forgotten -> forget(forgotten.job(), out);
        }
    }

    // ---- orders

    private void granted(AgentEvent.Granted granted, List<AgentCommand> out) {
        Ranges cut = book.copies().cut(granted.stage(), granted.tasks());
        if (!cut.isEmpty()) {
            out.add(new AgentCommand.DropOutputs(granted.stage(), cut));
        }
        GrantKey key = new GrantKey(granted.stage(), granted.epoch(), granted.attempt());
        if (!specs.containsKey(granted.stage())) {
            String detail = "the stage was not introduced to this worker";
            Failure failure = new Failure(Failure.Kind.WORKER_TROUBLE, 0, detail);
            book.failed(key, failure, granted.tasks());
            return;
        }
        RangeSet fresh = new RangeSet(granted.tasks());
        running.ofStage(granted.stage()).stream()
                .filter(it -> it.grant.equals(key))
                .forEach(it -> fresh.remove(it.task.index(), it.task.index() + 1));
        // What was given back may come again under the same number, even before the master's word
        // that it knows: an acknowledgement waits for the ledger, a grant does not.
        book.forEachEnded((other, tasks, sequence) -> {
            if (other.equals(key)) {
                fresh.removeAll(tasks);
            }
        });
        queue.add(key, fresh.toRanges());
    }

    /* Where all have started there is no answer: what the master must hear then is their end, and
     * it asks again only after a while. */
    private void revoked(AgentEvent.Revoked revoked) {
        queue.remove(revoked.stage(), revoked.tasks(), book::released);
    }

    private void stop(Instant now, AgentEvent.StopRequested stop, List<AgentCommand> out) {
        Failure failure = Failure.of(Failure.Kind.CANCELLED);
        queue.remove(stop.stage(), stop.tasks(), (key, tasks) -> book.failed(key, failure, tasks));
        for (Running attempt : running.ofStage(stop.stage())) {
            if (stop.tasks().contains(attempt.task.index())) {
                stop(now, attempt, failure, stop.signal(), out);
            }
        }
    }

    private void stop(
            Instant now, Running attempt, Failure why, int signal, List<AgentCommand> out) {
        if (attempt.stoppedBy.isEmpty()) {
            attempt.stoppedBy = Optional.of(why);
            attempt.killAt = now.plus(limits.killGrace());
        }
        out.add(new AgentCommand.SignalAttempt(attempt.task, attempt.grant.attempt(), signal));
    }

    private void forget(JobId job, List<AgentCommand> out) {
        queue.removeJob(job);
        book.removeJob(job);
        specs.keySet().removeIf(stage -> stage.job().equals(job));
        held.keySet().removeIf(stage -> stage.job().equals(job));
        List<Running> left = running.ofJob(job);
        if (left.isEmpty()) {
            out.add(new AgentCommand.DropJob(job));
            return;
        }
        forgetting.add(job);
        for (Running attempt : left) {
            int number = attempt.grant.attempt();
            out.add(new AgentCommand.SignalAttempt(attempt.task, number, SIGNAL_KILL));
        }
    }

    // ---- attempts

    /* Strictly in the order of the grants: were small tasks let past a large one that has no room
     * yet, it might never get any. The master grants what it believes to fit, so nobody waits long. */
    private void start(Instant now, List<AgentCommand> out) {
        queue.takeWhile((key, index) -> {
            StageSpec spec = specs.get(key.stage());
            TaskRef task = new TaskRef(key.stage(), index);
            if (spec == null || running.contains(task) || !slots.canEverFit(spec.need())) {
                return GrantQueue.Verdict.LEFT;
            }
            if (!slots.fits(spec.need())) {
                return GrantQueue.Verdict.ENOUGH;
            }
            List<Integer> gpus = slots.take(spec.need());
            running.add(new Running(task, key, spec, gpus, now));
            out.add(new AgentCommand.StartAttempt(task, spec, key.epoch(), key.attempt(), gpus));
            return GrantQueue.Verdict.TAKEN;
        });
    }

    private void ended(AgentEvent.AttemptEnded ended, List<AgentCommand> out) {
        Running attempt =
                running.remove(ended.task(), ended.attempt())
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "attempt %d of task %s ended and did not run"
                                                .formatted(ended.attempt(), ended.task())));
        slots.giveBack(attempt.spec.need(), attempt.gpus);
        JobId job = ended.task().stage().job();
        if (forgetting.contains(job)) {
            if (running.ofJob(job).isEmpty()) {
                forgetting.remove(job);
                out.add(new AgentCommand.DropJob(job));
            }
            return;
        }
        Optional<Failure> failure = attempt.stoppedBy.or(ended::failure);
        boolean isUnwantedSuccess = ended.failure().isEmpty() && failure.isPresent();
        if (isUnwantedSuccess && !hasSucceeded(ended.task())) {
            // It counts as stopped, so its output must not pass for that of a later attempt.
            Ranges index = Ranges.of(ended.task().index());
            out.add(new AgentCommand.DropOutputs(ended.task().stage(), index));
        }
        book.ended(attempt.grant, ended, failure);
    }

    /** Whether an earlier attempt has succeeded here, which is told or will be. */
    private boolean hasSucceeded(TaskRef task) {
        RangeSet outputs = held.get(task.stage());
        return (outputs != null && outputs.contains(task.index())) || book.hasSuccess(task);
    }

    private void tick(Instant now, List<AgentCommand> out) {
        for (Running attempt : running.all()) {
            if (!now.isBefore(attempt.killAt)) {
                attempt.killAt = now.plus(limits.killGrace());
                int number = attempt.grant.attempt();
                out.add(new AgentCommand.SignalAttempt(attempt.task, number, SIGNAL_KILL));
            } else if (attempt.stoppedBy.isEmpty() && !now.isBefore(attempt.deadline())) {
                stop(now, attempt, Failure.of(Failure.Kind.TIMEOUT), SIGNAL_TERM, out);
            }
            boolean isWorthAWord =
                    !attempt.isStartReported
                            && !now.isBefore(attempt.startedAt.plus(START_REPORT_DELAY));
            if (isWorthAWord) {
                attempt.isStartReported = true;
                book.started(attempt.grant, attempt.task.index());
            }
        }
    }

    // ---- outputs and reports

    /** The tasks of a stage that must not be copied to this worker, because it has them itself. */
    private RangeSet busy(StageRef stage) {
        RangeSet busy = new RangeSet(held.getOrDefault(stage, new RangeSet()).toRanges());
        queue.forEach((key, tasks) -> {
            if (key.stage().equals(stage)) {
                busy.addAll(tasks);
            }
        });
        running.ofStage(stage).forEach(it -> busy.addAll(Ranges.of(it.task.index())));
        book.addSuccesses(busy, stage);
        book.copies().addTo(busy, stage);
        return busy;
    }

    /** Drops the copies that the master has not heard of, and will not hear of any more. */
    private void dropCopies(List<AgentCommand> out) {
        book.copies()
                .cutAll()
                .forEach((stage, tasks) -> {
                    if (!tasks.isEmpty()) {
                        out.add(new AgentCommand.DropOutputs(stage, tasks));
                    }
                });
    }

    /* What is not held any more was dropped meanwhile, and what has taken its place is another's. */
    private void damaged(AgentEvent.OutputsDamaged damaged) {
        RangeSet outputs = held.getOrDefault(damaged.stage(), new RangeSet());
        Ranges tasks = outputs.intersection(damaged.tasks());
        if (!tasks.isEmpty()) {
            drop(damaged.stage(), tasks);
            book.copies().damaged(damaged.stage(), tasks);
        }
    }

    private void hold(StageRef stage, Ranges tasks) {
        if (!tasks.isEmpty()) {
            held.computeIfAbsent(stage, ref -> new RangeSet()).addAll(tasks);
        }
    }

    private void drop(StageRef stage, Ranges tasks) {
        RangeSet outputs = held.get(stage);
        if (outputs != null) {
            outputs.removeAll(tasks);
        }
    }

    private void report(List<AgentCommand> out) {
        book.forEachSynced(this::hold);
        long sequence = book.endSync();
        if (isWelcome) {
            Report report = book.unacknowledged().get(sequence);
            out.add(new AgentCommand.SendReport(sequence, requireNonNull(report)));
        }
    }

    private AgentCommand hello() {
        Map<Claim, RangeSet> claims = new LinkedHashMap<>();
        queue.forEach((key, tasks) -> add(claims, new Claim(key, 0), tasks));
        running.all()
                .forEach(it -> add(claims, new Claim(it.grant, 0), Ranges.of(it.task.index())));
        book.forEachEnded((key, tasks, sequence) -> add(claims, new Claim(key, sequence), tasks));
        book.forEachReleased(
                (key, tasks, sequence) -> add(claims, new Claim(key, sequence), tasks));
        List<StageAttempts> attempts = new ArrayList<>();
        claims.forEach((claim, tasks) -> attempts.add(claim.of(tasks.toRanges())));
        // Also the stages without a success: the master may have forgotten their jobs meanwhile,
        // and whatever is left of those goes only when it says so.
        NavigableMap<StageRef, Ranges> kept = new TreeMap<>();
        specs.keySet().forEach(stage -> kept.put(stage, Ranges.empty()));
        held.forEach((stage, tasks) -> kept.put(stage, tasks.toRanges()));
        List<HeldOutputs> outputs = new ArrayList<>();
        kept.forEach((stage, tasks) -> outputs.add(new HeldOutputs(stage, tasks)));
        return new AgentCommand.SendHello(epoch, attempts, outputs);
    }

    /** What tasks that the master must be told of have in common. */
    private record Claim(GrantKey key, long reportSequence) {
        StageAttempts of(Ranges tasks) {
            return new StageAttempts(
                    key.stage(), key.epoch(), key.attempt(), tasks, reportSequence);
        }
    }

    private static void add(Map<Claim, RangeSet> claims, Claim claim, Ranges tasks) {
        if (!tasks.isEmpty()) {
            claims.computeIfAbsent(claim, k -> new RangeSet()).addAll(tasks);
        }
    }

    /**
     * Checks every invariant.
     *
     * @throws IllegalStateException with the story of what is wrong
     */
    public void validate() {
        int cpuMillis = running.all().stream().mapToInt(it -> it.spec.need().cpuMillis()).sum();
        if (cpuMillis != slots.cpuMillisUsed()) {
            throw new IllegalStateException(
                    "running attempts need %d mCPU; taken: %s".formatted(cpuMillis, slots));
        }
    }
}
