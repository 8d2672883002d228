package dev.atoll.client;

import static java.util.Objects.requireNonNull;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.TaskRef;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A job as the master knows it.
 *
 * @param id its number
 * @param name for people
 * @param user whose it is
 * @param priority -1,000 to 1,000
 * @param state where it stands
 * @param reason why, in a sentence; may be empty
 * @param stages in order
 * @param createTime when it was accepted, by the master's wall clock
 * @param endTime when it ended
 * @param parent the task that submitted it
 */
public record JobStatus(
        JobId id,
        String name,
        String user,
        int priority,
        State state,
        String reason,
        List<Stage> stages,
        Optional<Instant> createTime,
        Optional<Instant> endTime,
        Optional<TaskRef> parent) {
    /** Where a job stands. */
    public enum State {
        /** No task has started. */
        QUEUED,
        /** Some task has started. */
        RUNNING,
        /** Its running tasks are being stopped. */
        STOPPING,
        /** Every task succeeded. */
        SUCCEEDED,
        /** A task failed for good. */
        FAILED,
        /** It was cancelled. */
        CANCELLED;

        /** Whether nothing more happens, unless someone retries the job. */
        public boolean isFinal() {
            return this == SUCCEEDED || this == FAILED || this == CANCELLED;
        }
    }

    /**
     * Counts of the tasks of one stage; they add up to taskCount.
     *
     * @param backupCount how many of the running tasks run on a second worker too
     * @param hasFiles whether its tasks leave files
     * @param succeededByWorker how many tasks succeeded on each worker, by worker id
     */
    public record Stage(
            String name,
            int taskCount,
            int waitingCount,
            int runningCount,
            int succeededCount,
            int failedCount,
            int cancelledCount,
            int backupCount,
            boolean hasFiles,
            SortedMap<String, Integer> succeededByWorker) {}

    public JobStatus {
        requireNonNull(state, "state is null");
        stages = List.copyOf(stages);
    }

    /** All tasks of all stages. */
    public long taskCount() {
        return stages.stream().mapToLong(Stage::taskCount).sum();
    }

    /** Tasks that were given to workers. */
    public long runningCount() {
        return stages.stream().mapToLong(Stage::runningCount).sum();
    }

    /** Tasks that succeeded. */
    public long succeededCount() {
        return stages.stream().mapToLong(Stage::succeededCount).sum();
    }

    /** Tasks that failed for good. */
    public long failedCount() {
        return stages.stream().mapToLong(Stage::failedCount).sum();
    }

    /** Tasks that will not run. */
    public long cancelledCount() {
        return stages.stream().mapToLong(Stage::cancelledCount).sum();
    }
}
