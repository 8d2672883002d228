package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The second attempts of a stage's granted tasks, which run beside the first. */
final class Backups {
    /* The attempt of a granted task is number n + 1, where n is how many are over, and that of its
     * backup is n + 2. So a backup needs no number of its own, and there is at most one. When it is
     * over before the other attempt, its number is spent: no further backup is made beside that
     * attempt, and the next one skips the number. When the other attempt is over first, the backup is
     * simply the task's attempt from then on. */
    private final NavigableMap<WorkerId, RangeSet> held = new TreeMap<>();
    private final RangeSet spent = new RangeSet();
    private int count;

    /** How many run, or were given to a worker. */
    int count() {
        return count;
    }

    /** Tasks that have a backup, by the worker that has it. */
    NavigableMap<WorkerId, RangeSet> held() {
        return Collections.unmodifiableNavigableMap(held);
    }

    Ranges heldBy(WorkerId worker) {
        RangeSet tasks = held.get(worker);
        return tasks == null ? Ranges.empty() : tasks.toRanges();
    }

    /** The worker that has the backup of a task. */
    Optional<WorkerId> holderOf(int index) {
        return held.entrySet().stream()
                .filter(entry -> entry.getValue().contains(index))
                .map(entry -> entry.getKey())
                .findFirst();
    }

    /** Tasks the number after whose present or last attempt is used up. */
    RangeSet spent() {
        return spent;
    }

    /** Those of the granted tasks beside which no backup was made. */
    Ranges without(Ranges tasks) {
        if (count == 0 && spent.isEmpty()) {
            return tasks;
        }
        RangeSet without = new RangeSet(tasks);
        held.values().forEach(set -> without.removeAll(set.intersection(tasks)));
        without.removeAll(spent.intersection(tasks));
        return without.toRanges();
    }

    void add(WorkerId worker, Ranges tasks) {
        held.computeIfAbsent(worker, id -> new RangeSet()).addAll(tasks);
        count += tasks.size();
    }

    /** Takes back those of the tasks that a worker has; their numbers are spent. */
    Ranges take(WorkerId worker, Ranges tasks) {
        Ranges taken = remove(worker, tasks);
        spent.addAll(taken);
        return taken;
    }

    /** Removes those of the tasks that a worker has, and that go on as their tasks' attempts. */
    Ranges remove(WorkerId worker, Ranges tasks) {
        RangeSet mine = held.get(worker);
        if (mine == null) {
            return Ranges.empty();
        }
        Ranges taken = mine.intersection(tasks);
        mine.removeAll(taken);
        count -= taken.size();
        if (mine.isEmpty()) {
            held.remove(worker);
        }
        return taken;
    }

    /** Checks that every backup runs beside the attempt of another worker, and alone. */
    void validate(Stage stage) {
        RangeSet all = new RangeSet();
        int sum = 0;
        boolean isBesideItself = false;
        for (Map.Entry<WorkerId, RangeSet> entry : held.entrySet()) {
            Ranges tasks = entry.getValue().toRanges();
            all.addAll(tasks);
            sum += tasks.size();
            RangeSet granted = new RangeSet(stage.grantedTo(entry.getKey()));
            isBesideItself |= !granted.intersection(tasks).isEmpty();
        }
        RangeSet alone = new RangeSet(all.toRanges());
        stage.granted().values().forEach(set -> alone.removeAll(set.toRanges()));
        boolean isSpentTooEarly = !spent.intersection(all.toRanges()).isEmpty();
        boolean isSpentTooLong = !stage.waiting().intersection(spent.toRanges()).isEmpty();
        boolean isCounted = sum == all.size() && sum == count;
        if (!isCounted || isBesideItself || !alone.isEmpty() || isSpentTooEarly || isSpentTooLong) {
            throw new IllegalStateException(
                    "stage %s has %d backups, spent %s: %s"
                            .formatted(stage.ref, count, spent, stage));
        }
    }
}
