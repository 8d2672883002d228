package dev.atoll.client;

import static java.util.Objects.requireNonNull;

import dev.atoll.core.model.JobId;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is submitted. The cluster checks it and names every fault at once.
 *
 * @param name for people, at most 128 characters; empty: the first word of the first command
 * @param priority jobs of a higher priority get free workers first: -1,000 to 1,000
 * @param stages 1 to 64, each depending only on stages before it
 * @param failurePolicy what happens to the rest when a task has failed for good
 * @param backupPolicy whether a task may run on two workers at the same time
 * @param durability what its results survive
 * @param after the jobs that must have succeeded before any of its tasks starts
 * @param deadline in what time from its submission it must have ended: 1 ms to 365 days; it is
 *     cancelled otherwise
 */
public record JobRequest(
        String name,
        int priority,
        List<StageRequest> stages,
        FailurePolicy failurePolicy,
        BackupPolicy backupPolicy,
        Durability durability,
        List<JobId> after,
        Optional<Duration> deadline) {
    /** What happens to the rest of a job when a task has failed for good. */
    public enum FailurePolicy {
        /** The other tasks of the stage go on; the job fails at the end. */
        KEEP_GOING,
        /** Everything else is stopped; the job fails at once. */
        FAIL_FAST
    }

    /**
     * Whether a task may run on two workers at the same time. The first success counts; the other
     * attempt is stopped, but may have done by then whatever it does outside of its output.
     */
    public enum BackupPolicy {
        /**
         * The slowest tasks of a stage that is nearly done may, where a worker has nothing else to
         * do; those with attached input never.
         */
        STRAGGLERS,
        /** No task may. */
        NEVER
    }

    /** On how many workers' disks the outputs are kept that no later stage depends on. */
    public enum Durability {
        /** On that of the worker that ran the task. */
        ONE,
        /** On those of two workers, where there are two, before the job ends. */
        TWO
    }

    public JobRequest {
        requireNonNull(name, "name is null");
        requireNonNull(failurePolicy, "failurePolicy is null");
        requireNonNull(backupPolicy, "backupPolicy is null");
        requireNonNull(durability, "durability is null");
        stages = List.copyOf(stages);
        after = List.copyOf(after);
        requireNonNull(deadline, "deadline is null");
    }

    /** A job of one task. */
    public static JobRequest command(String... command) {
        return of(StageRequest.command(command).build());
    }

    /** A job of these stages. */
    public static JobRequest of(StageRequest... stages) {
        Builder builder = builder();
        for (StageRequest stage : stages) {
            builder.stage(stage);
        }
        return builder.build();
    }

    /** Begins a job. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the parts of a job. */
    public static final class Builder {
        private final List<StageRequest> stages = new ArrayList<>();
        private final List<JobId> after = new ArrayList<>();
        private String name = "";
        private int priority;
        private FailurePolicy failurePolicy = FailurePolicy.KEEP_GOING;
        private BackupPolicy backupPolicy = BackupPolicy.STRAGGLERS;
        private Durability durability = Durability.TWO;
        private Optional<Duration> deadline = Optional.empty();

        private Builder() {}

        /** Names the job for people. Default: the first word of the first command. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** Ranks the job: -1,000 to 1,000. Default: 0. */
        public Builder priority(int priority) {
            this.priority = priority;
            return this;
        }

        /** Adds the next stage. */
        public Builder stage(StageRequest stage) {
            stages.add(stage);
            return this;
        }

        /** Says what happens after a failure. Default: the other tasks go on. */
        public Builder failurePolicy(FailurePolicy policy) {
            this.failurePolicy = policy;
            return this;
        }

        /** Says whether slow tasks may run twice. Default: stragglers may. */
        public Builder backupPolicy(BackupPolicy policy) {
            this.backupPolicy = policy;
            return this;
        }

        /** Says what the job's results survive. Default: the loss of one machine. */
        public Builder durability(Durability durability) {
            this.durability = durability;
            return this;
        }

        /**
         * Starts once this job has succeeded; if that ends otherwise, this one fails. May be
         * repeated.
         */
        public Builder after(JobId job) {
            after.add(job);
            return this;
        }

        /**
         * Cancels the job if it has not ended in this time from its submission, whatever it waits
         * for: 1 ms to 365 days. It cannot be tried again then. Default: never.
         */
        public Builder deadline(Duration time) {
            this.deadline = Optional.of(time);
            return this;
        }

        /** The job. */
        public JobRequest build() {
            return new JobRequest(
                    name,
                    priority,
                    stages,
                    failurePolicy,
                    backupPolicy,
                    durability,
                    after,
                    deadline);
        }
    }
}
