package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;

import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;

/** On which workers attempts of a stage's tasks have failed, since the tasks were last opened. */
final class FailedAt {
    private final NavigableMap<WorkerId, RangeSet> byWorker = new TreeMap<>();
    private final NavigableMap<WorkerId, Instant> latest = new TreeMap<>();

    boolean isEmpty() {
        return byWorker.isEmpty();
    }

    void add(WorkerId worker, Ranges tasks, Instant now) {
        latest.put(worker, now);
        byWorker.computeIfAbsent(worker, id -> new RangeSet()).addAll(tasks);
    }

    void remove(Ranges tasks) {
        byWorker.values().forEach(set -> set.removeAll(tasks));
        byWorker.values().removeIf(RangeSet::isEmpty);
        latest.keySet().retainAll(byWorker.keySet());
    }

    /** Whether anything has failed on a worker at a time or later. */
    boolean isSince(WorkerId worker, Instant time) {
        Instant last = latest.get(worker);
        return last != null && !last.isBefore(time);
    }

    /** Those of the tasks that have failed on a worker. */
    Ranges on(WorkerId worker, Ranges tasks) {
        RangeSet there = byWorker.get(worker);
        return there == null ? Ranges.empty() : there.intersection(tasks);
    }

    /** Those of the tasks that have not failed. */
    Ranges nowhere(Ranges tasks) {
        RangeSet others = new RangeSet(tasks);
        byWorker.values().forEach(set -> others.removeAll(set.toRanges()));
        return others.toRanges();
    }

    /** Every task that has failed on another worker than this one. */
    RangeSet elsewhere(WorkerId worker) {
        RangeSet tasks = new RangeSet();
        byWorker.forEach((id, set) -> {
            if (!id.equals(worker)) {
                tasks.addAll(set.toRanges());
            }
        });
        return tasks;
    }
}
