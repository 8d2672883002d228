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
    private static final int SIGNAL_NONE = 0;
    private static final int SIGNAL_TERM = 15;
    private static final int SIGNAL_KILL = 9;

    /* The start of a short task is not worth a word: its end comes with the same report. */
    private static final Duration START_REPORT_DELAY = Duration.ofMillis(50);

    private final AgentLimits limits;
    private final Slots slots;
    private final GrantQueue queue = new GrantQueue();
    private final RunningAttempts running = new RunningAttempts();
    private final ReportBook book = new ReportBook();
    private final BatchPace pace = new BatchPace();
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
                running.all().forEach(runs -> runs.isStartReported = false);
                dropCopies(out);
                out.add(hello());
            }
            case AgentEvent.Disconnected disconnected -> {
                isWelcome = false;
                dropCopies(out);
            }
            case AgentEvent.AttemptEnded ended -> ended(ended, out);
            case AgentEvent.BatchMoved moved -> moved(now, moved, out);
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
                .forEach(it -> fresh.removeAll(it.left.toRanges()));
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
        for (Running runs : running.ofStage(stop.stage())) {
            Ranges some = runs.left.intersection(stop.tasks());
            if (!some.isEmpty()) {
                stop(now, runs, some, failure, stop.signal(), out);
            }
        }
    }

    private void stop(
            Instant now,
            Running runs,
            Ranges tasks,
            Failure why,
            int signal,
            List<AgentCommand> out) {
        if (runs.stopping().isEmpty()) {
            runs.killAt = now.plus(limits.killGrace());
        }
        RangeSet fresh = new RangeSet(tasks);
        runs.stopped.values().forEach(it -> fresh.removeAll(it.toRanges()));
        runs.stopped.computeIfAbsent(why, _ -> new RangeSet()).addAll(fresh.toRanges());
        out.add(signal(runs, tasks, signal));
    }

    private static AgentCommand signal(Running runs, Ranges tasks, int signal) {
        int attempt = runs.grant.attempt();
        return runs.isBatch()
                ? new AgentCommand.SignalBatch(runs.stage(), attempt, tasks, signal)
                : new AgentCommand.SignalAttempt(runs.first, attempt, signal);
    }

    private void forget(JobId job, List<AgentCommand> out) {
        queue.removeJob(job);
        book.removeJob(job);
        specs.keySet().removeIf(stage -> stage.job().equals(job));
        held.keySet().removeIf(stage -> stage.job().equals(job));
        pace.forget(job);
        List<Running> left = running.ofJob(job);
        if (left.isEmpty()) {
            out.add(new AgentCommand.DropJob(job));
            return;
        }
        forgetting.add(job);
        left.forEach(runs -> out.add(signal(runs, runs.left.toRanges(), SIGNAL_KILL)));
    }

    // ---- attempts

    /* Strictly in the order of the grants: were small tasks let past a large one that has no room
     * yet, it might never get any. The master grants what it believes to fit, so nobody waits long. */
    private void start(Instant now, List<AgentCommand> out) {
        queue.takeWhile((key, first, end) -> {
            StageSpec spec = specs.get(key.stage());
            TaskRef task = new TaskRef(key.stage(), first);
            if (spec == null || running.isInTheWay(task) || !slots.canEverFit(spec.need())) {
                return new GrantQueue.Verdict.Left();
            }
            int rooms = slots.rooms(spec.need());
            if (rooms == 0) {
                return new GrantQueue.Verdict.Enough();
            }
            boolean isBatch = spec.task().warm().isPresent();
            int count = isBatch ? batchSize(key, first, end, rooms) : 1;
            List<Integer> gpus = slots.take(spec.need());
            running.add(new Running(task, first + count, key, spec, gpus, now));
            out.add(
                    isBatch
                            ? new AgentCommand.StartBatch(
                                    key.stage(),
                                    new Ranges.Range(first, first + count),
                                    spec,
                                    key.epoch(),
                                    key.attempt(),
                                    gpus)
                            : new AgentCommand.StartAttempt(
                                    task, spec, key.epoch(), key.attempt(), gpus));
            return new GrantQueue.Verdict.Taken(count);
        });
    }

    /* What was tried before may be what has ended its program: it runs by itself. */
    private int batchSize(GrantKey key, int first, int end, int rooms) {
        int good = key.attempt() > 1 ? 1 : pace.length(key.stage(), queue.size(), rooms);
        return running.nextIn(key.stage(), first, Math.min(end, first + good)) - first;
    }

    private void ended(AgentEvent.AttemptEnded ended, List<AgentCommand> out) {
        Running attempt = running.require(ended.task(), ended.attempt());
        Ranges task = Ranges.of(ended.task().index());
        settle(attempt, task, ended.failure(), ended.isSilent(), out);
        leave(attempt, ended.runTime(), out);
    }

    private void moved(Instant now, AgentEvent.BatchMoved moved, List<AgentCommand> out) {
        int first =
                moved.ended().isEmpty()
                        ? moved.returned().first()
                        : moved.ended().getFirst().tasks().first();
        Running batch = running.require(new TaskRef(moved.stage(), first), moved.attempt());
        int count = 0;
        for (AgentEvent.BatchEnd end : moved.ended()) {
            count += end.tasks().size();
            settle(batch, end.tasks(), end.failure(), end.isSilent(), out);
        }
        if (count > 0) {
            batch.movedAt = now;
            batch.isStartReported = false;
            pace.ran(moved.stage(), count, moved.runTime());
        }
        takeBack(batch, moved.returned());
        leave(batch, moved.runTime(), out);
    }

    /** Tasks have ended. */
    private void settle(
            Running runs,
            Ranges tasks,
            Optional<Failure> failure,
            boolean isSilent,
            List<AgentCommand> out) {
        runs.left.removeAll(tasks);
        if (forgetting.contains(runs.stage().job())) {
            return;
        }
        RangeSet rest = new RangeSet(tasks);
        runs.stopped.forEach((why, stopped) -> {
            Ranges some = stopped.intersection(tasks);
            if (!some.isEmpty()) {
                rest.removeAll(some);
                if (failure.isEmpty()) {
                    dropUnwanted(runs.stage(), some, out);
                }
                book.ended(runs.grant, some, Optional.of(why), isSilent);
            }
        });
        if (!rest.isEmpty()) {
            book.ended(runs.grant, rest.toRanges(), failure, isSilent);
        }
    }

    /* They count as stopped, so their outputs must not pass for those of a later attempt; unless an
     * earlier one has succeeded here, which is told or will be. */
    private void dropUnwanted(StageRef stage, Ranges tasks, List<AgentCommand> out) {
        RangeSet succeeded = new RangeSet();
        book.addSuccesses(succeeded, stage);
        RangeSet outputs = held.get(stage);
        if (outputs != null) {
            succeeded.addAll(outputs.intersection(tasks));
        }
        Ranges unwanted = succeeded.absentFrom(tasks);
        if (!unwanted.isEmpty()) {
            out.add(new AgentCommand.DropOutputs(stage, unwanted));
        }
    }

    /** Tasks of a batch have not begun, and wait again. */
    private void takeBack(Running batch, Ranges tasks) {
        batch.left.removeAll(tasks);
        if (forgetting.contains(batch.stage().job())) {
            return;
        }
        RangeSet rest = new RangeSet(tasks);
        batch.stopped.forEach((why, stopped) -> {
            Ranges some = stopped.intersection(tasks);
            if (!some.isEmpty()) {
                rest.removeAll(some);
                book.failed(batch.grant, why, some);
            }
        });
        if (!rest.isEmpty()) {
            queue.addFirst(batch.grant, rest.toRanges());
        }
    }

    /** Something has ended; if nothing is left of what ran, there is room for another. */
    private void leave(Running runs, Duration runTime, List<AgentCommand> out) {
        JobId job = runs.stage().job();
        boolean isForgotten = forgetting.contains(job);
        if (!isForgotten) {
            book.ran(runs.grant, runTime);
        }
        if (!runs.left.isEmpty()) {
            return;
        }
        running.remove(runs);
        slots.giveBack(runs.spec.need(), runs.gpus);
        if (isForgotten && running.ofJob(job).isEmpty()) {
            forgetting.remove(job);
            out.add(new AgentCommand.DropJob(job));
        }
    }

    private void tick(Instant now, List<AgentCommand> out) {
        for (Running runs : running.all()) {
            Ranges stopping = runs.stopping();
            int oldest = runs.left.nextAtOrAfter(0);
            if (!stopping.isEmpty() && !now.isBefore(runs.killAt)) {
                runs.killAt = now.plus(limits.killGrace());
                out.add(signal(runs, stopping, SIGNAL_KILL));
            } else if (!stopping.contains(oldest) && !now.isBefore(runs.deadline())) {
                Failure failure = Failure.of(Failure.Kind.TIMEOUT);
                stop(now, runs, Ranges.of(oldest), failure, SIGNAL_TERM, out);
            }
            if (!now.isBefore(runs.movedAt.plus(START_REPORT_DELAY))) {
                if (!runs.isStartReported) {
                    runs.isStartReported = true;
                    book.started(runs.grant, oldest);
                }
                cut(runs, oldest, out);
            }
        }
    }

    /** Takes back what waits in a batch for a task that is not as short as those before it were. */
    private static void cut(Running runs, int oldest, List<AgentCommand> out) {
        if (runs.left.size() > 1 && !runs.isCut) {
            runs.isCut = true;
            RangeSet behind = new RangeSet(runs.left.toRanges());
            behind.remove(oldest, oldest + 1);
            out.add(signal(runs, behind.toRanges(), SIGNAL_NONE));
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
        running.ofStage(stage).forEach(it -> busy.addAll(it.left.toRanges()));
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
        running.all().forEach(it -> add(claims, new Claim(it.grant, 0), it.left.toRanges()));
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
