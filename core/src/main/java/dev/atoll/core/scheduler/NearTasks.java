package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate.Input;
import dev.atoll.core.model.TaskTemplate.Items;
import dev.atoll.core.model.WorkerId;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which waiting tasks of a stage have their input on which worker. Soft, and a hint: a new leader
 * asks anew, and what is not known or not true any more costs a transfer and nothing else.
 */
final class NearTasks {
    /* Near a worker are only tasks that were not granted since their places were heard. What comes
     * back may go anywhere at once: it has failed where it was, or that worker is gone. So the sets
     * only shrink, and with the last of their tasks the stage becomes one like all others. Blocks lie
     * anywhere, so there may be as many ranges as tasks, each twice: hence the limit.
     *
     * Free are the waiting tasks for which nobody is awaited. That follows from who is, which changes
     * seldom: it is counted anew when it does, and kept up to date otherwise. */
    private static final int TASKS_MAX = 100_000;

    private final int taskCount;
    private final Optional<Items.Table> table;
    private Asking asking;
    private final NavigableMap<WorkerId, RangeSet> near = new TreeMap<>();
    private List<WorkerId> awaited = List.of();
    private final RangeSet free = new RangeSet();
    private final NavigableMap<WorkerId, Instant> withoutSince = new TreeMap<>();

    /** How much is known. */
    private sealed interface Asking {
        /** Nobody was asked. */
        record Due() implements Asking {}

        /** No answer has come yet. */
        record Asked(Instant since) implements Asking {}

        /** All that there is to know, which may be nothing. */
        record Over() implements Asking {}
    }

    NearTasks(StageSpec spec) {
        taskCount = spec.taskCount();
        boolean hasPlaces =
                spec.task().input() instanceof Input.ItemBlob
                        && !spec.task().isPiped()
                        && spec.taskCount() <= TASKS_MAX;
        table =
                hasPlaces && spec.task().items() instanceof Items.Table items
                        ? Optional.of(items)
                        : Optional.empty();
        asking = table.isPresent() ? new Asking.Due() : new Asking.Over();
    }

    // ---- asking

    /** The items that name the inputs of which nobody was asked yet where they are. */
    Optional<Items.Table> unasked() {
        return asking instanceof Asking.Due ? table : Optional.empty();
    }

    /** Of how many tasks it knows where they should go, or will soon. */
    int weight() {
        return asking instanceof Asking.Asked || !near.isEmpty() ? taskCount : 0;
    }

    void asked(Instant now) {
        asking = new Asking.Asked(now);
    }

    /** Whether an answer may still come in time. */
    boolean isAsking(Instant now, Duration patience) {
        return asking instanceof Asking.Asked(Instant since)
                && Duration.between(since, now).compareTo(patience) < 0;
    }

    /**
     * Where inputs are.
     *
     * @param waiting the tasks that wait
     * @param failedAt what has failed somewhere may go anywhere
     */
    void heard(Map<WorkerId, Ranges> places, RangeSet waiting, FailedAt failedAt) {
        if (table.isEmpty()) {
            return;
        }
        clear();
        asking = new Asking.Over();
        places.forEach((worker, tasks) -> {
            RangeSet here = new RangeSet(failedAt.nowhere(waiting.intersection(tasks)));
            if (!here.isEmpty()) {
                near.put(worker, here);
            }
        });
        count(waiting);
    }

    // ---- what is near

    /** Whether no task is known to be near anything. */
    boolean isEmpty() {
        return near.isEmpty();
    }

    NavigableSet<WorkerId> workers() {
        return near.navigableKeySet();
    }

    /** Says which of the {@link #workers()} can be waited for. */
    void await(List<WorkerId> workers, RangeSet waiting) {
        if (!awaited.equals(workers)) {
            awaited = List.copyOf(workers);
            count(waiting);
        }
    }

    private void count(RangeSet waiting) {
        free.clear();
        free.addAll(waiting.toRanges());
        for (WorkerId worker : awaited) {
            RangeSet here = near.get(worker);
            if (here != null) {
                free.removeAll(here.toRanges());
            }
        }
    }

    /** Tasks near a worker; maybe none. */
    RangeSet near(WorkerId worker) {
        RangeSet here = near.get(worker);
        return here == null ? new RangeSet() : here;
    }

    /** Tasks that nobody in particular is awaited for. */
    RangeSet free() {
        return free;
    }

    /** The tasks near the worker that has most of them before it. */
    RangeSet mostCrowded() {
        RangeSet most = new RangeSet();
        for (RangeSet here : near.values()) {
            most = here.size() > most.size() ? here : most;
        }
        return most;
    }

    /** Whether all that waits is near other workers, and left to them. */
    boolean isForOthers(WorkerId worker) {
        return !near.isEmpty() && !near.containsKey(worker) && free.isEmpty();
    }

    // ---- patience

    /** How long a worker with room has been without a task near it or free. */
    Duration without(WorkerId worker, Instant now) {
        return Duration.between(withoutSince.computeIfAbsent(worker, _ -> now), now);
    }

    /** A worker has found tasks near it. */
    void found(WorkerId worker) {
        withoutSince.remove(worker);
    }

    // ---- tasks come and go

    /** Tasks wait no more. */
    void left(Ranges tasks) {
        if (near.isEmpty()) {
            return;
        }
        free.removeAll(tasks);
        near.values().forEach(here -> here.removeAll(tasks));
        near.values().removeIf(RangeSet::isEmpty);
        if (near.isEmpty()) {
            clear();
        }
    }

    /** Tasks wait again. */
    void cameBack(Ranges tasks) {
        if (!near.isEmpty()) {
            free.addAll(tasks);
        }
    }

    /** Tasks are to run again that had ended: where their inputs are now is worth asking anew. */
    void reopened(Ranges tasks) {
        cameBack(tasks);
        if (near.isEmpty()) {
            forget();
        }
    }

    /** Its job has ended. */
    void forget() {
        clear();
        asking = table.isPresent() ? new Asking.Due() : new Asking.Over();
    }

    private void clear() {
        near.clear();
        free.clear();
        awaited = List.of();
        withoutSince.clear();
    }

    /** Checks that it speaks of waiting tasks, and of each of them. */
    void validate(Stage stage) {
        if (near.isEmpty()) {
            return;
        }
        RangeSet all = new RangeSet(free.toRanges());
        near.values().forEach(here -> all.addAll(here.toRanges()));
        boolean isApart =
                awaited.stream()
                        .allMatch(worker -> near(worker).intersection(free.toRanges()).isEmpty());
        if (!all.toRanges().equals(stage.waiting().toRanges()) || !isApart) {
            throw new IllegalStateException(
                    "stage %s: near %s, free %s: %s".formatted(stage.ref, near, free, stage));
        }
    }
}
