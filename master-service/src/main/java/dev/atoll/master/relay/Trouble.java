package dev.atoll.master.relay;

import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.retry.Backoff;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Trouble with the workers that hold outputs: how long it lasts, and when it is too long. */
final class Trouble {
    /* A worker that does not answer may be back in a moment, or its tasks may run again elsewhere:
     * the scheduler knows after its own patience, so ours must be longer. Of a job that has ended
     * nothing will run again: once its worker is given up, the output is lost. A master that has only
     * begun to lead has given nobody up: the workers that it does not know are on their way to it. */

    /** What a worker says that does not have an output, by contract. */
    private static final String NOT_THERE = "OUTPUT_NOT_FOUND";

    private static final Duration PAUSE_BASE = Duration.ofMillis(50);
    private static final Duration PAUSE_CAP = Duration.ofSeconds(1);
    private static final int TASKS_LENGTH_MAX = 200;

    private final StageRef stage;
    private final Duration patience;
    private final Backoff backoff =
            new Backoff(PAUSE_BASE, PAUSE_CAP, RandomGenerator.getDefault());
    private Optional<Long> sinceNanos = Optional.empty();

    /**
     * No trouble at first.
     *
     * @param patience how long outputs that exist may be out of reach
     */
    Trouble(StageRef stage, Duration patience) {
        this.stage = stage;
        this.patience = patience;
    }

    /** Something was read, or there is nothing to read. */
    void ends() {
        sinceNanos = Optional.empty();
        backoff.reset();
    }

    boolean isOver() {
        return sinceNanos.isEmpty();
    }

    /** How long to wait before the next try; empty if there is no trouble. */
    Optional<Duration> pause() {
        return sinceNanos.map(_ -> backoff.next());
    }

    /**
     * A worker could not be read.
     *
     * @param tasks what was to be read from it
     * @param isLast whether they will not run again, and nobody else may have them
     * @throws ApiException UNAVAILABLE (reason OUTPUT_LOST) if there is no hope
     */
    void with(WorkerId worker, Ranges tasks, boolean isLast, ApiException error) {
        long nowNanos = System.nanoTime();
        long since = sinceNanos.orElse(nowNanos);
        sinceNanos = Optional.of(since);
        boolean isHopeless = isLast && isFinal(error);
        if (isHopeless || nowNanos - since > patience.toNanos()) {
            throw lost(worker, tasks, error);
        }
    }

    /** Whether a worker that says so will say nothing else later. */
    static boolean isFinal(ApiException error) {
        return error.is(NOT_THERE) || error.is(WorkerChannels.GONE);
    }

    /** The caller wants the output of every task, and some have none. */
    ApiException incomplete(Ranges tasks) {
        return incomplete(stage, tasks);
    }

    /** The outputs of all tasks of a stage are wanted, and some are not to be had. */
    static ApiException incomplete(StageRef stage, Ranges tasks) {
        return unavailable(
                stage,
                "OUTPUT_INCOMPLETE",
                tasks.toString(),
                "%d tasks of stage %s have not succeeded".formatted(tasks.size(), stage));
    }

    /** The caller has got a part of an output whose rest there will never be. */
    ApiException lostHalfway(int index) {
        return lost(
                Integer.toString(index),
                "the rest of the output of task %d is lost".formatted(index));
    }

    private ApiException lost(WorkerId worker, Ranges tasks, ApiException error) {
        String known = error.is(NOT_THERE) ? error.metadata().getOrDefault("tasks", "") : "";
        return lost(
                        known.isEmpty() ? tasks.toString() : known,
                        "the outputs of %d tasks of stage %s were on worker %s: %s"
                                .formatted(tasks.size(), stage, worker, error.message()))
                .causedBy(error);
    }

    private ApiException lost(String tasks, String message) {
        return unavailable(stage, "OUTPUT_LOST", tasks, message);
    }

    private static ApiException unavailable(
            StageRef stage, String reason, String tasks, String message) {
        return ApiException.unavailable(reason, message)
                .with("stage", stage.stage())
                .with(
                        "tasks",
                        tasks.length() <= TASKS_LENGTH_MAX
                                ? tasks
                                : tasks.substring(0, TASKS_LENGTH_MAX) + "...");
    }
}
