package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps tasks away from workers on which everything fails, and tries those again now and then. */
final class Quarantine {
    /* A worker that fails tasks fast has room all the time, so it draws the tasks of the whole cluster
     * to itself: a black hole. It heartbeats, so nothing else would ever end that.
     *
     * What fails may as well be the fault of the tasks. So a worker is suspected only while not one
     * attempt succeeds there, and then compared with the others: tasks of the same stages must
     * succeed elsewhere more often than they fail, and most of those that failed here must have failed
     * nowhere else. A job that fails everywhere passes neither test. Trouble of the worker's own, such
     * as a full disk, needs no comparison. In both cases more than one task and more than one moment
     * are needed, for a single bad batch says little.
     *
     * Quarantine is no wall: a task that no trusted worker could ever run goes there all the same. So
     * nothing waits for ever because of it, and the last worker of a kind is never shut out. */
    private static final int ATTEMPTS_MIN = 5;
    private static final int TROUBLES_MIN = 3;
    private static final int TASKS_MIN = 2;
    private static final int MOMENTS_MIN = 2;
    private static final Duration TIME_MAX = Duration.ofMinutes(10);

    private final State state;

    Quarantine(State state) {
        this.state = state;
    }

    // ---- what happens at workers

    void succeeded(Worker worker, Instant now) {
        worker.conduct.succeeded(now);
        state.suspects.remove(worker.id);
    }

    void failed(Worker worker, Stage stage, Failure failure, Ranges tasks, Instant now) {
        if (!isTelling(failure) || tasks.isEmpty()) {
            return;
        }
        stage.failedAt.add(worker.id, tasks, now);
        worker.conduct.failed(stage.ref, failure, tasks, now);
        if (worker.conduct.standing() instanceof Conduct.Standing.Probing) {
            quarantine(worker, now);
        } else if (worker.conduct.isTrusted() && worker.conduct.attempts() >= TROUBLES_MIN) {
            state.suspects.add(worker.id);
        }
    }

    /** Whether a failure may say something of the worker. */
    private static boolean isTelling(Failure failure) {
        return switch (failure.kind()) {
            case EXIT,
                    SIGNAL,
                    TIMEOUT,
                    NOT_FOUND,
                    NOT_EXECUTABLE,
                    OUTPUT_LIMIT,
                    OUT_OF_MEMORY,
                    OUTPUT_MISSING,
                    WORKER_TROUBLE ->
                    true;
            // The first is another worker's fault, the second a person's; the third ends its link.
            case INPUT_UNAVAILABLE, CANCELLED, WORKER_LOST -> false;
        };
    }

    /** An operator wants it back, or it was started anew. */
    void pardon(Worker worker) {
        worker.conduct.pardon();
        state.suspects.remove(worker.id);
    }

    // ---- judgement

    /** Looks at the suspects; others may have shown meanwhile that the tasks are not to blame. */
    void review(Instant now) {
        if (state.suspects.isEmpty()) {
            return;
        }
        for (WorkerId id : List.copyOf(state.suspects)) {
            Worker worker = state.workers.get(id);
            if (worker == null) {
                state.suspects.remove(id);
            } else if (isAnotherTrusted(worker) && isToBlame(worker)) {
                quarantine(worker, now);
            }
        }
    }

    private void quarantine(Worker worker, Instant now) {
        Conduct conduct = worker.conduct;
        String reason =
                "its last %d attempts failed, the latest so: %s"
                        .formatted(conduct.attempts(), conduct.lastFailure());
        conduct.quarantine(state.limits.quarantineMin(), TIME_MAX, reason, now);
        state.suspects.remove(worker.id);
    }

    private boolean isAnotherTrusted(Worker worker) {
        return state.workers.values().stream().anyMatch(it -> it != worker && isTrusted(it));
    }

    private static boolean isTrusted(Worker worker) {
        return worker.isReady() && worker.conduct.isTrusted();
    }

    private boolean isToBlame(Worker worker) {
        Conduct conduct = worker.conduct;
        int tasks = conduct.failed().values().stream().mapToInt(RangeSet::size).sum();
        if (tasks < TASKS_MIN || conduct.moments() < MOMENTS_MIN) {
            return false;
        }
        return conduct.isAllTrouble()
                || (conduct.attempts() >= ATTEMPTS_MIN && doOthersBetter(worker));
    }

    private boolean doOthersBetter(Worker worker) {
        int tasks = 0;
        int onlyHere = 0;
        long succeeded = 0;
        long failed = 0;
        for (Map.Entry<StageRef, RangeSet> entry : worker.conduct.failed().entrySet()) {
            Optional<Stage> stage = state.stage(entry.getKey());
            if (stage.isEmpty()) {
                continue;
            }
            RangeSet elsewhere = stage.get().failedAt.elsewhere(worker.id);
            tasks += entry.getValue().size();
            onlyHere += elsewhere.absentFrom(entry.getValue().toRanges()).size();
            failed += elsewhere.size();
            succeeded += stage.get().succeeded().size();
            succeeded -= stage.get().succeededOn(worker.id).size();
        }
        return onlyHere >= TASKS_MIN && onlyHere * 2 > tasks && succeeded > failed;
    }

    // ---- what follows

    /** Whether a trusted worker other than this one could ever run tasks of a stage. */
    boolean canRunElsewhere(Worker worker, Stage stage) {
        return state.workers.values().stream()
                .anyMatch(it -> it != worker && isTrustedWith(it, stage));
    }

    private static boolean isTrustedWith(Worker worker, Stage stage) {
        return isTrusted(worker) && worker.slots(stage.spec.need()) > 0;
    }

    /** The most tasks of a stage that a worker may be given now, whatever room it has. */
    int limit(Worker worker, Stage stage, Instant now) {
        if (worker.conduct.isTrusted() || !canRunElsewhere(worker, stage)) {
            return Integer.MAX_VALUE;
        }
        return worker.conduct.isProbeDue(now, worker.grantedTasks()) ? 1 : 0;
    }

    /** A worker was given a task of a stage. */
    void given(Worker worker, Stage stage) {
        if (!worker.conduct.isTrusted() && canRunElsewhere(worker, stage)) {
            worker.conduct.probe();
        }
    }

    /**
     * Waiting tasks of a stage that a worker may be given: for a while after the last failure there
     * not those that failed there while another worker, on which they have not failed, could ever
     * run them. That one may be busy for long, so it is not for ever.
     */
    Ranges open(Worker worker, Stage stage, Instant now) {
        Ranges waiting = stage.waiting().toRanges();
        if (!stage.failedAt.isSince(worker.id, now.minus(state.limits.quarantineMin()))) {
            return waiting;
        }
        RangeSet barred = new RangeSet(stage.failedAt.on(worker.id, waiting));
        if (barred.isEmpty()) {
            return waiting;
        }
        RangeSet hopeless = new RangeSet(barred.toRanges());
        for (Worker other : state.workers.values()) {
            if (other != worker && isTrustedWith(other, stage)) {
                RangeSet there = new RangeSet(stage.failedAt.on(other.id, waiting));
                hopeless.removeAll(there.absentFrom(hopeless.toRanges()));
            }
        }
        barred.removeAll(hopeless.toRanges());
        return barred.absentFrom(waiting);
    }
}
