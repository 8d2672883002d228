package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;

import java.time.Instant;
import java.util.Optional;

/** Something that has happened and must survive. The only way in which hard state changes. */
public sealed interface Fact {
    /** What has happened to a job. */
    sealed interface OfJob extends Fact {
        /** The job it is about. */
        JobId job();
    }

    /** A worker may be granted tasks from now on: a new leader waits for it. */
    record WorkerEnlisted(WorkerId worker) implements Fact {}

    /** A worker was given up: nobody waits for it any more. */
    record WorkerDischarged(WorkerId worker) implements Fact {}

    /** An operator wants a worker to get no new tasks, also when it comes back after a while. */
    record WorkerDrained(WorkerId worker) implements Fact {}

    /** A drained worker may be granted tasks again. */
    record WorkerResumed(WorkerId worker) implements Fact {}

    /** A job was accepted. */
    record JobAccepted(JobId job, JobSpec spec, Instant wallClock) implements OfJob {}

    /**
     * Tasks succeeded; their outputs are on a worker's disk.
     *
     * @param silent those of the tasks that wrote nothing, so that nothing of them can be lost
     */
    record TasksSucceeded(StageRef stage, WorkerId worker, Ranges tasks, Ranges silent)
            implements OfJob {
        @Override
        public JobId job() {
            return stage.job();
        }
    }

    /**
     * Tasks failed for good.
     *
     * @param worker where the last attempt ran and what it wrote is kept; empty if there was none
     */
    record TasksFailed(StageRef stage, Optional<WorkerId> worker, Failure failure, Ranges tasks)
            implements OfJob {
        @Override
        public JobId job() {
            return stage.job();
        }
    }

    /** A second worker holds outputs of tasks that succeeded, byte for byte. */
    record OutputsCopied(StageRef stage, WorkerId worker, Ranges tasks) implements OfJob {
        @Override
        public JobId job() {
            return stage.job();
        }
    }

    /** Copies do not count any more: they are lost, damaged, or one too many. */
    record CopiesDropped(StageRef stage, WorkerId worker, Ranges tasks) implements OfJob {
        @Override
        public JobId job() {
            return stage.job();
        }
    }

    /** Tasks that had succeeded or failed will run again: retried, or their outputs are lost. */
    record TasksReopened(StageRef stage, Ranges tasks) implements OfJob {
        @Override
        public JobId job() {
            return stage.job();
        }
    }

    /** A job is going to end early; what runs is being stopped. */
    record JobStopping(JobId job, Outcome outcome, String reason) implements OfJob {}

    /** A job has ended. */
    record JobEnded(JobId job, Outcome outcome, String reason, Instant wallClock)
            implements OfJob {}

    /** An ended job is open again. */
    record JobReopened(JobId job) implements OfJob {}

    /** Nothing of the job is kept any more. */
    record JobForgotten(JobId job) implements OfJob {}

    /** How a job can end. */
    enum Outcome {
        /** Every task succeeded. */
        SUCCEEDED,
        /** A task failed for good. */
        FAILED,
        /** It was cancelled. */
        CANCELLED
    }
}
