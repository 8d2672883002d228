package dev.atoll.core.scheduler;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be read of a scheduler, by the thread that owns it. Every answer is a copy. */
public interface SchedulerView {
    /** One job. */
    Optional<JobView> job(JobId job);

    /** Jobs with ids below {@code before}, the newest first. */
    List<JobView> jobs(long before, int countMax, boolean activeOnly);

    /** What was submitted; for a job that was accepted and not forgotten. */
    Optional<JobSpec> spec(JobId job);

    /** One task, if it exists. */
    Optional<TaskView> task(TaskRef task);

    /**
     * Tasks of a stage in the order of their indexes, from {@code fromIndex} on.
     *
     * @param state empty: any
     */
    List<TaskView> tasks(StageRef stage, Optional<TaskState> state, int fromIndex, int countMax);

    /** Why a task is where it is, the most important sentence first; empty if it does not exist. */
    List<String> explain(TaskRef task, Instant now);

    /** Why a job is where it is, the most important sentence first; empty if it does not exist. */
    List<String> explain(JobId job, Instant now);

    /** Where the outputs of a stage are, among the indexes of one chunk. */
    OutputPlaces places(StageRef stage, int chunk);

    /** The worker and attempt of a task that runs. */
    Optional<RunningAttempt> running(TaskRef task);

    /** Every worker that is known, ordered by id. */
    List<WorkerView> workers(Instant now);

    /** One worker. */
    Optional<WorkerView> worker(WorkerId worker, Instant now);

    /** The whole at a glance. */
    ClusterView cluster();

    /** The durable progress of a stage among the indexes of one chunk, for the ledger. */
    ProgressChunk progress(StageRef stage, int chunk);

    /** How many indexes a chunk covers. */
    int PROGRESS_CHUNK_SIZE = 65_536;

    /** Where a job stands. */
    enum JobState {
        /** No task has started. */
        QUEUED,
        /** Some task has started. */
        RUNNING,
        /** What runs is being stopped. */
        STOPPING,
        /** Every task succeeded. */
        SUCCEEDED,
        /** A task failed for good. */
        FAILED,
        /** It was cancelled. */
        CANCELLED;

        /** Whether the job has ended. */
        public boolean isFinal() {
            return this == SUCCEEDED || this == FAILED || this == CANCELLED;
        }
    }

    /** Where a task stands. */
    enum TaskState {
        /** Not started. */
        WAITING,
        /** Given to a worker. */
        RUNNING,
        /** Succeeded. */
        SUCCEEDED,
        /** Failed for good. */
        FAILED,
        /** Its job was stopped before it ran. */
        CANCELLED
    }

    /** One job; {@code reason} may be empty. */
    record JobView(
            JobId id,
            String name,
            String user,
            int priority,
            JobState state,
            String reason,
            List<StageView> stages,
            Instant createdAt,
            Optional<Instant> endedAt,
            Optional<TaskRef> parent) {}

    /**
     * Counts of one stage; they add up to {@code taskCount}.
     *
     * @param backups running tasks that run on a second worker too
     * @param hasFiles whether its tasks keep files
     */
    record StageView(
            String name,
            int taskCount,
            int waiting,
            int running,
            int succeeded,
            int failed,
            int cancelled,
            int backups,
            boolean hasFiles,
            Map<WorkerId, Integer> succeededByWorker) {}

    /**
     * One task; {@code attempt} is 0 and {@code worker} empty before the first attempt.
     *
     * @param backup the second attempt that runs beside the first
     */
    record TaskView(
            TaskRef task,
            TaskState state,
            int attempt,
            Optional<WorkerId> worker,
            Optional<Failure> failure,
            Optional<RunningAttempt> backup) {
        /** A task of which at most one attempt runs. */
        public TaskView(
                TaskRef task,
                TaskState state,
                int attempt,
                Optional<WorkerId> worker,
                Optional<Failure> failure) {
            this(task, state, attempt, worker, failure, Optional.empty());
        }
    }

    /** Where a task runs. */
    record RunningAttempt(WorkerId worker, int attempt) {}

    /** Where a worker stands. */
    enum WorkerState {
        /** It works. */
        READY,
        /** It is silent, or its session is broken. */
        SUSPECT,
        /** It gets no new tasks. */
        DRAINING,
        /** Everything fails on it: it gets no tasks that others can run, but one now and then. */
        QUARANTINED,
        /** It was given up. */
        LOST
    }

    /** One worker; {@code reason} may be empty. */
    record WorkerView(
            WorkerId id,
            String address,
            WorkerState state,
            String reason,
            Resources offer,
            int granted,
            Duration silence,
            long succeeded,
            long failed) {}

    /** The whole. */
    record ClusterView(
            int readyWorkers,
            int cpuMillis,
            long memoryBytes,
            int gpuCount,
            int activeJobs,
            long waitingTasks,
            long runningTasks,
            long succeededTasks) {}

    /**
     * Where outputs are.
     *
     * @param holders who holds outputs of succeeded tasks; where several hold that of one, the
     *     first of them is the best to ask
     * @param silent succeeded tasks that wrote nothing: nobody need be asked
     */
    record OutputPlaces(List<Holder> holders, Ranges silent, List<FailedGroup> failed) {}

    /** What one worker holds. */
    record Holder(WorkerId worker, Ranges tasks) {}

    /**
     * Durable progress: who holds which successful outputs, and what failed how.
     *
     * @param copied who holds copies of successful outputs
     * @param silent those of the succeeded tasks that wrote nothing
     */
    record ProgressChunk(
            Map<WorkerId, Ranges> succeeded,
            Map<WorkerId, Ranges> copied,
            Ranges silent,
            List<FailedGroup> failed) {}

    /** Tasks that failed for good in the same way on the same worker, if they ever ran. */
    record FailedGroup(Optional<WorkerId> worker, Failure failure, Ranges tasks) {}
}
