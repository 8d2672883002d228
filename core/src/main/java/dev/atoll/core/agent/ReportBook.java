package dev.atoll.core.agent;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.scheduler.SchedulerEvent.FailedTasks;
import dev.atoll.core.scheduler.SchedulerEvent.Report;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What must be told to the master, on its way: gathered, being made durable, sent, acknowledged.
 */
final class ReportBook {
    /* One sync is under way at a time; what ends meanwhile gathers for the next. So a slow disk makes
     * reports larger, not more, and the master hears of nothing that a power cut could take back. */
    private NavigableMap<GrantKey, Entry> gathering = new TreeMap<>();
    private NavigableMap<GrantKey, Entry> syncing = new TreeMap<>();
    private boolean isSyncing;
    private long lastSync;
    private long lastSequence;
    private final NavigableMap<Long, Report> unacknowledged = new TreeMap<>();
    private final CopyBook copies = new CopyBook();

    /** What happened to the tasks of one grant. */
    private static final class Entry {
        final RangeSet started = new RangeSet();
        final RangeSet succeeded = new RangeSet();
        final RangeSet silent = new RangeSet();
        final NavigableMap<Failure, RangeSet> failed = new TreeMap<>();
        final RangeSet released = new RangeSet();
        long runNanos;

        void fail(Failure failure, Ranges tasks) {
            failed.computeIfAbsent(failure, key -> new RangeSet()).addAll(tasks);
        }
    }

    /** What is told of copies, with the next report. */
    CopyBook copies() {
        return copies;
    }

    private Entry entry(GrantKey key) {
        return gathering.computeIfAbsent(key, k -> new Entry());
    }

    void started(GrantKey key, int index) {
        entry(key).started.add(index, index + 1);
    }

    /**
     * Tasks have ended.
     *
     * @param failure what counts as their failure, whatever they say themselves
     */
    void ended(GrantKey key, Ranges tasks, Optional<Failure> failure, boolean isSilent) {
        Entry entry = entry(key);
        entry.started.removeAll(tasks);
        if (failure.isPresent()) {
            entry.fail(failure.get(), tasks);
        } else {
            entry.succeeded.addAll(tasks);
            if (isSilent) {
                entry.silent.addAll(tasks);
            }
        }
    }

    /** What has ended took so long. */
    void ran(GrantKey key, Duration runTime) {
        entry(key).runNanos += runTime.toNanos();
    }

    void failed(GrantKey key, Failure failure, Ranges tasks) {
        entry(key).fail(failure, tasks);
    }

    /** Gives tasks back. */
    void released(GrantKey key, Ranges tasks) {
        entry(key).released.addAll(tasks);
    }

    /**
     * Begins to make durable what was gathered; empty when there is nothing or one is under way.
     */
    Optional<AgentCommand.SyncOutputs> beginSync() {
        if (isSyncing || (gathering.isEmpty() && copies.isEmpty())) {
            return Optional.empty();
        }
        isSyncing = true;
        syncing = gathering;
        gathering = new TreeMap<>();
        copies.beginSync();
        Map<StageRef, RangeSet> successes = new TreeMap<>();
        forEachSynced((stage, tasks) ->
                successes.computeIfAbsent(stage, ref -> new RangeSet()).addAll(tasks));
        Map<StageRef, Ranges> named = new TreeMap<>();
        successes.forEach((stage, tasks) -> named.put(stage, tasks.toRanges()));
        return Optional.of(new AgentCommand.SyncOutputs(++lastSync, named));
    }

    /** Adds the tasks of a stage that have succeeded, and whose output may not be durable. */
    void addSuccesses(RangeSet to, StageRef stage) {
        gathering.forEach((key, entry) -> addSuccesses(to, stage, key, entry));
        syncing.forEach((key, entry) -> addSuccesses(to, stage, key, entry));
    }

    private static void addSuccesses(RangeSet to, StageRef stage, GrantKey key, Entry entry) {
        if (key.stage().equals(stage)) {
            to.addAll(entry.succeeded.toRanges());
        }
    }

    /** The successes and the copies of the sync under way. */
    void forEachSynced(BiConsumer<StageRef, Ranges> successes) {
        copies.forEachSynced(successes);
        syncing.forEach((key, entry) -> {
            if (!entry.succeeded.isEmpty()) {
                successes.accept(key.stage(), entry.succeeded.toRanges());
            }
        });
    }

    /** What had succeeded has not: these outputs are not durable after the sync under way. */
    void lost(Map<StageRef, Ranges> lost, String detail) {
        copies.lost(lost, detail);
        Failure failure = new Failure(Failure.Kind.WORKER_TROUBLE, 0, detail);
        syncing.forEach((key, entry) -> {
            Ranges tasks =
                    entry.succeeded.intersection(lost.getOrDefault(key.stage(), Ranges.empty()));
            if (!tasks.isEmpty()) {
                entry.fail(failure, tasks);
                entry.succeeded.removeAll(tasks);
                entry.silent.removeAll(tasks);
            }
        });
    }

    /** Checks that a sync is the one under way. */
    void checkSync(long sync) {
        if (!isSyncing || sync != lastSync) {
            throw new IllegalStateException("sync %d is not under way".formatted(sync));
        }
    }

    /** Makes a report of the sync that is over, and returns its number. */
    long endSync() {
        List<StageReport> reports = new ArrayList<>();
        syncing.forEach((key, entry) -> reports.add(report(key, entry)));
        syncing = new TreeMap<>();
        isSyncing = false;
        unacknowledged.put(++lastSequence, new Report(reports, copies.copies(), copies.damaged()));
        copies.endSync();
        return lastSequence;
    }

    private static StageReport report(GrantKey key, Entry entry) {
        List<FailedTasks> failed = new ArrayList<>();
        entry.failed.forEach(
                (failure, tasks) -> failed.add(new FailedTasks(failure, tasks.toRanges())));
        return new StageReport(
                key.stage(),
                key.epoch(),
                key.attempt(),
                entry.started.toRanges(),
                entry.succeeded.toRanges(),
                entry.silent.toRanges(),
                failed,
                entry.released.toRanges(),
                Duration.ofNanos(entry.runNanos));
    }

    NavigableMap<Long, Report> unacknowledged() {
        return unacknowledged;
    }

    void acknowledged(long sequence) {
        unacknowledged.headMap(sequence, true).clear();
    }

    void removeJob(JobId job) {
        copies.removeJob(job);
        gathering.keySet().removeIf(key -> key.stage().job().equals(job));
        syncing.keySet().removeIf(key -> key.stage().job().equals(job));
    }

    /** Tells of tasks that have ended, and of the report that says so: 0 when there is none yet. */
    interface EndedVisitor {
        void visit(GrantKey key, Ranges tasks, long sequence);
    }

    /** Every task that has ended and that the master has not acknowledged. */
    void forEachEnded(EndedVisitor visitor) {
        forEachEnded(gathering, visitor);
        forEachEnded(syncing, visitor);
        unacknowledged.forEach((sequence, report) ->
                report.stages().forEach(stage -> forEachEnded(stage, sequence, visitor)));
    }

    /** Every task that was given back, and the master has not acknowledged that. */
    void forEachReleased(EndedVisitor visitor) {
        gathering.forEach((key, entry) -> visitor.visit(key, entry.released.toRanges(), 0));
        syncing.forEach((key, entry) -> visitor.visit(key, entry.released.toRanges(), 0));
        unacknowledged.forEach((sequence, report) ->
                report.stages().forEach(it -> visitor.visit(key(it), it.released(), sequence)));
    }

    private static GrantKey key(StageReport report) {
        return new GrantKey(report.stage(), report.epoch(), report.attempt());
    }

    private static void forEachEnded(StageReport report, long sequence, EndedVisitor visitor) {
        GrantKey key = key(report);
        visitor.visit(key, report.succeeded(), sequence);
        report.failed().forEach(failed -> visitor.visit(key, failed.tasks(), sequence));
    }

    private static void forEachEnded(Map<GrantKey, Entry> entries, EndedVisitor visitor) {
        entries.forEach((key, entry) -> {
            visitor.visit(key, entry.succeeded.toRanges(), 0);
            entry.failed.values().forEach(set -> visitor.visit(key, set.toRanges(), 0));
        });
    }
}
