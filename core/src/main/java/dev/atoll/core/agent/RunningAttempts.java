package dev.atoll.core.agent;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskRef;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What runs now: attempts of single tasks, and batches of neighbours. */
final class RunningAttempts {
    private static final Comparator<TaskRef> ORDER =
            Comparator.comparing(TaskRef::stage).thenComparingInt(TaskRef::index);

    /** By the task that was the first. */
    private final NavigableMap<TaskRef, Running> byFirst = new TreeMap<>(ORDER);

    /** Something that runs in the room of one task. */
    static final class Running {
        final TaskRef first;
        final GrantKey grant;
        final StageSpec spec;
        final List<Integer> gpus;
        final Instant startedAt;

        /** The tasks of it that have not ended. */
        final RangeSet left;

        /** When it has started, or one of its tasks has ended. */
        Instant movedAt;

        /** Whether the master was told of the task that has run since then. */
        boolean isStartReported;

        /** Whether those of its tasks that have not begun were asked back. */
        boolean isCut;

        /** Why tasks are being stopped; what they end with then counts no more. */
        final NavigableMap<Failure, RangeSet> stopped = new TreeMap<>();

        /** When those are killed, if there are any. */
        Instant killAt = Instant.MAX;

        Running(
                TaskRef first,
                int end,
                GrantKey grant,
                StageSpec spec,
                List<Integer> gpus,
                Instant startedAt) {
            this.first = first;
            this.grant = grant;
            this.spec = spec;
            this.gpus = gpus;
            this.startedAt = startedAt;
            this.movedAt = startedAt;
            this.left = new RangeSet(Ranges.between(first.index(), end));
        }

        StageRef stage() {
            return first.stage();
        }

        /** Whether it is a batch, in a program that stays. */
        boolean isBatch() {
            return spec.task().warm().isPresent();
        }

        /** When the timeout of the task that runs is over. */
        Instant deadline() {
            return spec.timeout().map(movedAt::plus).orElse(Instant.MAX);
        }

        /** Why a task is being stopped, if it is. */
        Optional<Failure> whyStopped(int index) {
            return stopped.entrySet().stream()
                    .filter(it -> it.getValue().contains(index))
                    .map(Map.Entry::getKey)
                    .findFirst();
        }

        /** Those of its tasks that are being stopped and have not ended. */
        Ranges stopping() {
            RangeSet tasks = new RangeSet();
            stopped.values().forEach(it -> tasks.addAll(left.intersection(it.toRanges())));
            return tasks.toRanges();
        }
    }

    void add(Running running) {
        if (byFirst.putIfAbsent(running.first, running) != null) {
            throw new IllegalStateException("task %s runs already".formatted(running.first));
        }
    }

    /** Whether a task runs, or has ended in a batch that it was the first of and that goes on. */
    boolean isInTheWay(TaskRef task) {
        return byFirst.containsKey(task) || find(task).isPresent();
    }

    /** The first of the tasks from one on that runs, or {@code end}. */
    int nextIn(StageRef stage, int first, int end) {
        int next = end;
        for (Running running : ofStage(stage)) {
            int index = running.left.nextAtOrAfter(first);
            next = index < 0 ? next : Math.min(next, index);
        }
        return next;
    }

    /** What runs a task. */
    Optional<Running> find(TaskRef task) {
        // A task that was given back may have begun again in a batch that begins with it, between
        // the
        // first and the last task of the one that it was in before.
        for (Running running : byFirst.headMap(task, true).descendingMap().values()) {
            if (!running.stage().equals(task.stage())) {
                break;
            }
            if (running.left.contains(task.index())) {
                return Optional.of(running);
            }
        }
        return Optional.empty();
    }

    /**
     * What runs a task by this attempt.
     *
     * @throws IllegalStateException if another attempt does, or none
     */
    Running require(TaskRef task, int attempt) {
        return find(task)
                .filter(it -> it.grant.attempt() == attempt)
                .orElseThrow(() ->
                        new IllegalStateException(
                                "attempt %d of task %s ended and did not run"
                                        .formatted(attempt, task)));
    }

    /** All of its tasks have ended. */
    void remove(Running running) {
        byFirst.remove(running.first);
    }

    Collection<Running> all() {
        return List.copyOf(byFirst.values());
    }

    List<Running> ofStage(StageRef stage) {
        return List.copyOf(
                byFirst.subMap(
                                new TaskRef(stage, 0),
                                true,
                                new TaskRef(stage, Integer.MAX_VALUE),
                                true)
                        .values());
    }

    List<Running> ofJob(JobId job) {
        return byFirst.values().stream().filter(it -> it.stage().job().equals(job)).toList();
    }

    int size() {
        return byFirst.size();
    }
}
