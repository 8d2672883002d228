package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A small number for each task, 0 until raised. Tasks with equal numbers share ranges. */
final class RangeCounter {
    private final NavigableMap<Integer, RangeSet> byCount = new TreeMap<>();

    /** Tasks of equal number. */
    record Group(int count, Ranges tasks) {}

    int get(int index) {
        for (Map.Entry<Integer, RangeSet> entry : byCount.entrySet()) {
            if (entry.getValue().contains(index)) {
                return entry.getKey();
            }
        }
        return 0;
    }

    void increment(Ranges tasks) {
        for (Group group : split(tasks)) {
            move(group.tasks(), group.count(), group.count() + 1);
        }
    }

    /** Lowers the numbers of tasks, none of which is 0. */
    void decrement(Ranges tasks) {
        for (Group group : split(tasks)) {
            move(group.tasks(), group.count(), group.count() - 1);
        }
    }

    void set(Ranges tasks, int count) {
        for (Group group : split(tasks)) {
            move(group.tasks(), group.count(), count);
        }
    }

    /** Those of the tasks whose number is {@code count}. */
    Ranges equal(int count, Ranges tasks) {
        return split(tasks).stream()
                .filter(group -> group.count() == count)
                .map(Group::tasks)
                .findFirst()
                .orElse(Ranges.empty());
    }

    /** Those of the tasks whose number is at least {@code count}. */
    Ranges atLeast(int count, Ranges tasks) {
        RangeSet found = new RangeSet();
        byCount.tailMap(count, true).values().forEach(set -> found.addAll(set.intersection(tasks)));
        return found.toRanges();
    }

    /** The tasks by their numbers. */
    List<Group> split(Ranges tasks) {
        if (byCount.isEmpty()) {
            return tasks.isEmpty() ? List.of() : List.of(new Group(0, tasks));
        }
        List<Group> groups = new ArrayList<>();
        RangeSet rest = new RangeSet(tasks);
        for (Map.Entry<Integer, RangeSet> entry : byCount.entrySet()) {
            Ranges common = entry.getValue().intersection(tasks);
            if (!common.isEmpty()) {
                groups.add(new Group(entry.getKey(), common));
                rest.removeAll(common);
            }
        }
        if (!rest.isEmpty()) {
            groups.add(new Group(0, rest.toRanges()));
        }
        return groups;
    }

    private void move(Ranges tasks, int from, int to) {
        RangeSet old = byCount.get(from);
        if (old != null) {
            old.removeAll(tasks);
            if (old.isEmpty()) {
                byCount.remove(from);
            }
        }
        if (to > 0) {
            byCount.computeIfAbsent(to, count -> new RangeSet()).addAll(tasks);
        }
    }
}
