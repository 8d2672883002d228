package dev.atoll.core.scheduler;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Starts.Late;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.TreeSet;

/** Gives the slowest tasks of a stage that is nearly done a second attempt on another worker. */
final class Stragglers {
    /* A machine that is slow, for whatever reason, holds up a whole stage with its last few tasks.
     * Running those a second time elsewhere costs little and is done by the MapReduce system (J. Dean
     * and S. Ghemawat, "MapReduce: Simplified Data Processing on Large Clusters", OSDI 2004, section
     * 3.6). When to do so is Apache Spark's rule (spark.speculation.quantile and .multiplier): three
     * quarters of the stage's tasks have succeeded, and the task has run for half as long again as
     * the median of those. As M. Zaharia et al. advise ("Improving MapReduce Performance in
     * Heterogeneous Environments", OSDI 2008), no backup goes to a slow worker: here, one that has a
     * late task of the stage itself. So where tasks differ by nature, and every worker has a long
     * one, none is run twice.
     *
     * Backups are only for room that nothing else wants. A task of which an attempt may have brought
     * its worker down gets none: once is enough. Nor does one whose tries are used up, and which only
     * an attempt that was its backup keeps from having failed: that must come to an end. */
    private static final int DONE_QUARTERS = 3;
    private static final int SLOW_HALVES = 3;

    private final State state;
    private final Dispatcher dispatcher;

    Stragglers(State state, Dispatcher dispatcher) {
        this.state = state;
        this.dispatcher = dispatcher;
    }

    /** Comes after the tasks that wait were given what room there is. */
    void backUp(Outbox out) {
        List<Worker> ready =
                state.workers.values().stream()
                        .filter(it -> it.isReady() && it.conduct.isTrusted())
                        .toList();
        List<Stage> wanting = dispatcher.wanting(out.now);
        List<Worker> free = ready.stream().filter(worker -> !isWanted(worker, wanting)).toList();
        if (free.isEmpty()) {
            return;
        }
        state.active.forEach(id -> {
            Job job = state.knownJob(id);
            for (Stage stage : job.stages) {
                if (isNearlyDone(job, stage, out.now)) {
                    backUp(stage, free, out);
                }
            }
        });
    }

    /** Whether a task waits that could run there, now or later. */
    private static boolean isWanted(Worker worker, List<Stage> wanting) {
        return wanting.stream().anyMatch(stage -> worker.slots(stage.spec.need()) > 0);
    }

    private static boolean isNearlyDone(Job job, Stage stage, Instant now) {
        int needed = Math.max(1, (int) (stage.spec.taskCount() * (long) DONE_QUARTERS / 4));
        return stage.grantedCount() > 0
                && stage.waiting().isEmpty()
                && stage.succeeded().size() >= needed
                && job.isActive()
                && !job.recovering
                && !now.isBefore(stage.pausedUntil)
                && job.spec.allowsBackups(stage.spec);
    }

    /** How long a task must have run to be late; empty when nothing is known of such tasks. */
    Optional<Duration> patience(Stage stage) {
        Duration median = stage.runTimes.median();
        if (median.isZero()) {
            return Optional.empty();
        }
        Duration slow = median.multipliedBy(SLOW_HALVES).dividedBy(2);
        Duration min = state.limits.stragglerMin();
        return Optional.of(slow.compareTo(min) > 0 ? slow : min);
    }

    private void backUp(Stage stage, List<Worker> free, Outbox out) {
        Optional<Duration> patience = patience(stage);
        if (patience.isEmpty()) {
            return;
        }
        List<Late> late = late(stage, out.now.minus(patience.get()));
        Set<WorkerId> slow = new TreeSet<>();
        late.forEach(some -> slow.add(some.worker()));
        List<Worker> quick = new ArrayList<>(free);
        quick.removeIf(worker -> slow.contains(worker.id) || isFull(worker, stage));
        int left = state.limits.grantTasksMax();
        for (Late some : late) {
            PrimitiveIterator.OfInt indexes = eligible(stage, some.tasks()).indexes();
            while (indexes.hasNext() && left-- > 0 && !quick.isEmpty()) {
                backUp(stage, indexes.nextInt(), quick, out);
                quick.removeIf(worker -> isFull(worker, stage));
            }
        }
    }

    private static boolean isFull(Worker worker, Stage stage) {
        return worker.freeSlots(stage.spec.need()) <= 0;
    }

    /** Tasks of which nothing was heard since {@code cutoff}, those from longest ago first. */
    private static List<Late> late(Stage stage, Instant cutoff) {
        List<Late> late = new ArrayList<>();
        stage.granted()
                .forEach((worker, held) -> late.addAll(stage.starts.late(worker, held, cutoff)));
        late.sort(Comparator.comparing(Late::since));
        return late;
    }

    private static Ranges eligible(Stage stage, Ranges tasks) {
        RangeSet eligible = new RangeSet(stage.backups().without(tasks));
        eligible.removeAll(stage.stopping.intersection(tasks));
        eligible.removeAll(stage.troubles.atLeast(1, tasks));
        eligible.removeAll(stage.failures.atLeast(stage.spec.attemptsMax(), tasks));
        return eligible.toRanges();
    }

    /**
     * Gives one task to the least loaded of some workers, all of which have room, but to none that
     * has failed it.
     */
    private static void backUp(Stage stage, int index, List<Worker> quick, Outbox out) {
        Optional<Worker> best =
                quick.stream()
                        .filter(it -> stage.failedAt.on(it.id, Ranges.of(index)).isEmpty())
                        .min(Comparator.comparingDouble(Worker::load));
        if (best.isEmpty() || !(best.get().link instanceof Worker.Link.Connected connected)) {
            return;
        }
        Ranges task = Ranges.of(index);
        Assignments.giveBackups(best.get(), stage, task);
        stage.starts.news(best.get().id, out.now);
        int attempt = stage.attemptsOver.get(index) + 2;
        out.grant(best.get(), connected.session(), stage, attempt, task);
    }
}
