package dev.atoll.core.agent;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.scheduler.SchedulerEvent.CopyReport;
import dev.atoll.core.scheduler.SchedulerEvent.CopyTrouble;
import dev.atoll.core.scheduler.SchedulerEvent.HeldOutputs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The copies of other workers' outputs that are made here, and the outputs that were found damaged,
 * until the master is told of them.
 */
final class CopyBook {
    /* A copy must never pass for the output of a later attempt. What the master does not want any more
     * is cut out of every copy that is not reported, at once; and a session that breaks takes all of
     * them along, because the master forgets its orders with it. What was reported is held like any
     * other output, and compared with what should be here in the next session. */
    private final NavigableMap<Key, Copy> underWay = new TreeMap<>();
    private NavigableMap<Key, Entry> gathering = new TreeMap<>();
    private NavigableMap<Key, Entry> syncing = new TreeMap<>();
    private NavigableMap<StageRef, RangeSet> damaged = new TreeMap<>();
    private NavigableMap<StageRef, RangeSet> damagedBefore = new TreeMap<>();

    /** An order of the master. */
    private record Key(long epoch, long copy, StageRef stage) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byEpoch = Long.compare(epoch, other.epoch);
            return byEpoch != 0 ? byEpoch : Long.compare(copy, other.copy);
        }
    }

    /** A copy that is being made, and what is wanted of it still. */
    private record Copy(StageRef stage, RangeSet wanted) {}

    /** What there is to report of an order. */
    private static final class Entry {
        final RangeSet copied = new RangeSet();
        Optional<CopyTrouble> trouble = Optional.empty();
        boolean isOver;

        /** The first trouble is told; what else fails with it is tried again with the rest. */
        void fail(CopyTrouble next) {
            RangeSet tasks = new RangeSet(next.tasks());
            trouble.ifPresent(before -> tasks.addAll(before.tasks()));
            CopyTrouble told = trouble.orElse(next);
            if (!tasks.isEmpty()) {
                trouble =
                        Optional.of(
                                new CopyTrouble(
                                        tasks.toRanges(), told.isSourceToBlame(), told.detail()));
            }
        }
    }

    private Entry entry(Key key) {
        return gathering.computeIfAbsent(key, k -> new Entry());
    }

    // ---- copies

    /**
     * Begins a copy.
     *
     * @param busy tasks that run or are held here, which must not be mixed up with a copy
     * @return what to fetch, if anything
     */
    Optional<AgentCommand.CopyOutputs> begin(AgentEvent.CopyOrdered order, RangeSet busy) {
        Key key = new Key(order.epoch(), order.copy(), order.stage());
        Ranges refused = busy.intersection(order.tasks());
        RangeSet wanted = new RangeSet(order.tasks());
        wanted.removeAll(refused);
        if (!refused.isEmpty()) {
            entry(key).fail(new CopyTrouble(refused, false, "the worker is at these tasks itself"));
        }
        if (wanted.isEmpty()) {
            entry(key).isOver = true;
            return Optional.empty();
        }
        underWay.put(key, new Copy(order.stage(), wanted));
        return Optional.of(
                new AgentCommand.CopyOutputs(
                        order.epoch(),
                        order.copy(),
                        order.stage(),
                        wanted.toRanges(),
                        order.source()));
    }

    /** A copy was made, or a part of it. */
    void ended(AgentEvent.CopyEnded ended) {
        Key key = new Key(ended.epoch(), ended.copy(), ended.stage());
        Copy copy = underWay.remove(key);
        if (copy == null) {
            return;
        }
        Entry entry = entry(key);
        entry.isOver = true;
        entry.copied.addAll(copy.wanted().intersection(ended.copied()));
        ended.trouble()
                .ifPresent(trouble ->
                        entry.fail(
                                new CopyTrouble(
                                        copy.wanted().intersection(trouble.tasks()),
                                        trouble.isSourceToBlame(),
                                        trouble.detail())));
    }

    /** Adds the tasks of a stage whose copies are under way, or are not reported yet. */
    void addTo(RangeSet busy, StageRef stage) {
        underWay.values().stream()
                .filter(copy -> copy.stage().equals(stage))
                .forEach(copy -> busy.addAll(copy.wanted().toRanges()));
        forEachUnreported((key, entry) -> {
            if (key.stage().equals(stage)) {
                busy.addAll(entry.copied.toRanges());
            }
        });
    }

    /** Some tasks are not wanted any more; returns those of which there may be a copy. */
    Ranges cut(StageRef stage, Ranges tasks) {
        RangeSet here = new RangeSet();
        addTo(here, stage);
        Ranges cut = here.intersection(tasks);
        underWay.values().stream()
                .filter(copy -> copy.stage().equals(stage))
                .forEach(copy -> copy.wanted().removeAll(cut));
        forEachUnreported((key, entry) -> {
            if (key.stage().equals(stage)) {
                entry.copied.removeAll(cut);
            }
        });
        return cut;
    }

    /**
     * Nothing that is not reported is wanted any more; returns that of which there may be a copy.
     */
    Map<StageRef, Ranges> cutAll() {
        Map<StageRef, RangeSet> here = new TreeMap<>();
        underWay.values().forEach(copy -> addTo(stageIn(here, copy.stage()), copy.stage()));
        forEachUnreported((key, entry) -> {
            stageIn(here, key.stage()).addAll(entry.copied.toRanges());
            entry.copied.clear();
        });
        underWay.clear();
        Map<StageRef, Ranges> cut = new TreeMap<>();
        here.forEach((stage, tasks) -> cut.put(stage, tasks.toRanges()));
        return cut;
    }

    private static RangeSet stageIn(Map<StageRef, RangeSet> map, StageRef stage) {
        return map.computeIfAbsent(stage, ref -> new RangeSet());
    }

    private void forEachUnreported(BiConsumer<Key, Entry> action) {
        gathering.forEach(action);
        syncing.forEach(action);
    }

    void removeJob(JobId job) {
        underWay.keySet().removeIf(key -> key.stage().job().equals(job));
        gathering.keySet().removeIf(key -> key.stage().job().equals(job));
        syncing.keySet().removeIf(key -> key.stage().job().equals(job));
        damaged.keySet().removeIf(stage -> stage.job().equals(job));
        damagedBefore.keySet().removeIf(stage -> stage.job().equals(job));
    }

    // ---- damage

    /** Outputs that were held here are not any more. */
    void damaged(StageRef stage, Ranges tasks) {
        stageIn(damaged, stage).addAll(tasks);
    }

    // ---- reports

    /** Whether there is nothing new to report. */
    boolean isEmpty() {
        return gathering.isEmpty() && damaged.isEmpty();
    }

    void beginSync() {
        syncing = gathering;
        gathering = new TreeMap<>();
        damagedBefore = damaged;
        damaged = new TreeMap<>();
    }

    /** The copies of the sync under way. */
    void forEachSynced(BiConsumer<StageRef, Ranges> copies) {
        syncing.forEach((key, entry) -> {
            if (!entry.copied.isEmpty()) {
                copies.accept(key.stage(), entry.copied.toRanges());
            }
        });
    }

    /** These outputs are not durable after the sync under way. */
    void lost(Map<StageRef, Ranges> lost, String detail) {
        syncing.forEach((key, entry) -> {
            Ranges tasks =
                    entry.copied.intersection(lost.getOrDefault(key.stage(), Ranges.empty()));
            entry.copied.removeAll(tasks);
            entry.fail(new CopyTrouble(tasks, false, detail));
        });
    }

    /** What the sync that is over has brought forth. */
    List<CopyReport> copies() {
        List<CopyReport> reports = new ArrayList<>();
        syncing.forEach((key, entry) ->
                reports.add(
                        new CopyReport(
                                key.copy(),
                                key.epoch(),
                                key.stage(),
                                entry.copied.toRanges(),
                                entry.trouble,
                                entry.isOver)));
        return reports;
    }

    /** What was found damaged before the sync that is over. */
    List<HeldOutputs> damaged() {
        List<HeldOutputs> reports = new ArrayList<>();
        damagedBefore.forEach(
                (stage, tasks) -> reports.add(new HeldOutputs(stage, tasks.toRanges())));
        return reports;
    }

    void endSync() {
        syncing = new TreeMap<>();
        damagedBefore = new TreeMap<>();
    }
}
