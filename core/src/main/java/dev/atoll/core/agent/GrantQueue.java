package dev.atoll.core.agent;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** What was granted and has not started, in the order in which it came. */
final class GrantQueue {
    private final Map<GrantKey, RangeSet> grants = new LinkedHashMap<>();
    private int size;

    void add(GrantKey key, Ranges tasks) {
        RangeSet set = grants.computeIfAbsent(key, k -> new RangeSet());
        int before = set.size();
        set.addAll(tasks);
        size += set.size() - before;
    }

    int size() {
        return size;
    }

    /** The grants, the oldest first; a copy of the keys, so that tasks may be removed meanwhile. */
    List<GrantKey> keys() {
        return new ArrayList<>(grants.keySet());
    }

    /** The lowest task of a grant at or after an index; -1 when there is none. */
    int next(GrantKey key, int from) {
        RangeSet set = grants.get(key);
        return set == null ? -1 : set.nextAtOrAfter(from);
    }

    void remove(GrantKey key, int index) {
        remove(key, Ranges.of(index));
    }

    private Ranges remove(GrantKey key, Ranges tasks) {
        RangeSet set = grants.get(key);
        if (set == null) {
            return Ranges.empty();
        }
        Ranges removed = set.intersection(tasks);
        set.removeAll(removed);
        size -= removed.size();
        if (set.isEmpty()) {
            grants.remove(key);
        }
        return removed;
    }

    /** Removes tasks of a stage, whatever their attempt, and hands over what was removed. */
    void remove(StageRef stage, Ranges tasks, BiConsumer<GrantKey, Ranges> removed) {
        for (GrantKey key : keys()) {
            if (key.stage().equals(stage)) {
                Ranges gone = remove(key, tasks);
                if (!gone.isEmpty()) {
                    removed.accept(key, gone);
                }
            }
        }
    }

    void removeJob(JobId job) {
        for (GrantKey key : keys()) {
            RangeSet set = grants.get(key);
            if (set != null && key.stage().job().equals(job)) {
                size -= set.size();
                grants.remove(key);
            }
        }
    }

    void forEach(BiConsumer<GrantKey, Ranges> action) {
        grants.forEach((key, set) -> action.accept(key, set.toRanges()));
    }
}
