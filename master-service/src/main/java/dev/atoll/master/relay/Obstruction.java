package dev.atoll.master.relay;

import dev.atoll.core.model.TaskRef;
import dev.atoll.core.scheduler.SchedulerView.RunningAttempt;
import dev.atoll.runtime.grpc.ApiException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What stands between an attached client and the attempt that runs: said once, and not for ever.
 */
final class Obstruction {
    /* A worker that is linked to the master may still be out of its reach: it has told an address
     * that leads nowhere, or a firewall lets calls pass one way only. Its tasks run, so the scheduler
     * sees nothing wrong, and whoever is attached would wait for ever and not know for what. */

    private static final Logger LOG = LoggerFactory.getLogger(Obstruction.class);

    private final TaskRef task;
    private final Duration patience;
    private final Set<String> told = new HashSet<>();
    private Optional<RunningAttempt> attempt = Optional.empty();
    private Optional<Long> sinceNanos = Optional.empty();

    /**
     * The way is free at first.
     *
     * @param patience how long an attempt may be out of reach
     */
    Obstruction(TaskRef task, Duration patience) {
        this.task = task;
        this.patience = patience;
    }

    /** The way is free. */
    void ends() {
        sinceNanos = Optional.empty();
    }

    /**
     * An attempt could not be reached.
     *
     * @throws ApiException UNAVAILABLE (reason WORKER_UNREACHABLE) if that has lasted for too long
     */
    void with(RunningAttempt running, ApiException error) {
        if (isFoundButNotReady(error)) {
            ends();
            return;
        }
        if (!attempt.equals(Optional.of(running))) {
            attempt = Optional.of(running);
            told.clear();
            ends();
        }
        if (told.add(error.code() + error.reason())) {
            LOG.warn(
                    "Cannot attach to attempt {} of task {} on worker {}: {}",
                    running.attempt(),
                    task,
                    running.worker(),
                    error.message());
        }
        long nowNanos = System.nanoTime();
        long since = sinceNanos.orElse(nowNanos);
        sinceNanos = Optional.of(since);
        if (nowNanos - since > patience.toNanos()) {
            throw ApiException.unavailable(
                            "WORKER_UNREACHABLE",
                            "worker %s, on which the task runs, cannot be reached: %s"
                                    .formatted(running.worker(), error.message()))
                    .with("worker", running.worker())
                    .causedBy(error);
        }
    }

    /** The worker has answered: the attempt waits there, or an earlier link is not yet over. */
    private static boolean isFoundButNotReady(ApiException error) {
        return error.is("ATTEMPT_NOT_FOUND") || error.is("ALREADY_ATTACHED");
    }
}
