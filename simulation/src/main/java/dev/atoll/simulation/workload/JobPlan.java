package dev.atoll.simulation.workload;

import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.Ranges;

import java.time.Duration;
import java.util.Optional;

/**
 * What a user does with one job.
 *
 * @param submitAfter when it is submitted
 * @param cancel what of it is cancelled
 * @param isRetried whether it is retried once when it has failed or was cancelled
 */
public record JobPlan(
        JobSpec spec, Duration submitAfter, Optional<Cancel> cancel, boolean isRetried) {
    /**
     * What is cancelled, and when.
     *
     * @param after how long after the submission
     * @param part some tasks of one stage; empty: the whole job
     */
    public record Cancel(Duration after, Optional<Part> part) {}

    /** Some tasks of one stage. */
    public record Part(int stage, Ranges tasks) {}
}
