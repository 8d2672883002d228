package dev.atoll.core.scheduler;

import dev.atoll.core.model.CopySource;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate.Items;
import dev.atoll.core.model.WorkerId;

/** A wish to touch the world. Carried out in order, per worker and per caller. */
public sealed interface SchedulerCommand {
    /**
     * Whether this reveals what was decided, so that the decision's facts, and all before them,
     * must be durable first.
     */
    boolean isRevealing();

    /** Something to tell a worker in its session; without effect once that session is over. */
    sealed interface ToWorker extends SchedulerCommand {
        WorkerId worker();

        long session();

        @Override
        default boolean isRevealing() {
            return false;
        }
    }

    /** Something to answer to whoever caused it. */
    sealed interface Reply extends SchedulerCommand {
        String cause();

        @Override
        default boolean isRevealing() {
            return true;
        }
    }

    /** The session is open; the first of its commands. */
    record Welcome(WorkerId worker, long session) implements ToWorker {}

    /**
     * What a stage is; comes before its first grant in a session.
     *
     * <p>It reveals one fact only: that the job was accepted. That must be durable before this and
     * what follows it about the job leave, or a worker could know the job by a number that the next
     * leader, who has never heard of it, gives to another job.
     */
    record Introduce(WorkerId worker, long session, StageRef stage, StageSpec spec)
            implements ToWorker {}

    /** Run these tasks. */
    record Grant(WorkerId worker, long session, StageRef stage, int attempt, Ranges tasks)
            implements ToWorker {}

    /** Give back those of these tasks that have not started. */
    record Revoke(WorkerId worker, long session, StageRef stage, Ranges tasks)
            implements ToWorker {}

    /** Stop these tasks, running or not. */
    record Stop(WorkerId worker, long session, StageRef stage, Ranges tasks, int signal)
            implements ToWorker {}

    /** Reports up to a sequence are durable. */
    record Acknowledge(WorkerId worker, long session, long sequence) implements ToWorker {
        @Override
        public boolean isRevealing() {
            return true;
        }
    }

    /**
     * Drop these outputs, and begin no copies of them: another attempt's count, or others' copies.
     */
    record Discard(WorkerId worker, long session, StageRef stage, Ranges tasks)
            implements ToWorker {
        @Override
        public boolean isRevealing() {
            return true;
        }
    }

    /**
     * Fetch these outputs from another worker, and keep them.
     *
     * @param copy names this order within the master's term
     * @param source where the worker serves that has them
     */
    record Copy(
            WorkerId worker,
            long session,
            long copy,
            StageRef stage,
            Ranges tasks,
            CopySource source)
            implements ToWorker {}

    /** Drop everything of a job. */
    record Forget(WorkerId worker, long session, JobId job) implements ToWorker {
        @Override
        public boolean isRevealing() {
            return true;
        }
    }

    /** End the session: the worker was given up and must connect anew to be trusted again. */
    record Close(WorkerId worker, long session, String reason) implements ToWorker {}

    /** The job is accepted. */
    record Accepted(String cause, JobId job) implements Reply {}

    /** What was wanted is done; {@code count} tasks were touched. */
    record Completed(String cause, int count) implements Reply {}

    /** What was wanted cannot be done; nothing has changed. */
    record Refused(String cause, Refusal refusal, String message) implements Reply {}

    /** Why something cannot be done. */
    enum Refusal {
        /** No such job. */
        JOB_NOT_FOUND,
        /** No such stage or task. */
        TASK_NOT_FOUND,
        /** No such worker. */
        NODE_NOT_FOUND,
        /** The job has not ended. */
        JOB_ACTIVE,
        /** Nothing failed, was cancelled or lost. */
        NOTHING_TO_RETRY,
        /** The job would have to have ended by now. */
        DEADLINE_PASSED,
        /** Too many jobs have not ended. */
        TOO_MANY_JOBS,
        /** Too many tasks have not ended. */
        TOO_MANY_TASKS
    }

    /**
     * Look where the inputs are that the items of a stage name. Answered by {@link
     * SchedulerEvent.InputsLocated}, soon or not at all.
     */
    record LocateInputs(StageRef stage, Items.Table items) implements SchedulerCommand {
        @Override
        public boolean isRevealing() {
            return false;
        }
    }

    /** The state or the counts of a job have changed: whoever watches it may want to look. */
    record JobChanged(JobId job) implements SchedulerCommand {
        @Override
        public boolean isRevealing() {
            return true;
        }
    }
}
