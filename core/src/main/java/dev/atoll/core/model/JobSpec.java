package dev.atoll.core.model;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a user submits.
 *
 * @param requestId makes repeated submissions safe; unique to the submission
 * @param name for people
 * @param user whose job it is
 * @param priority jobs of a higher priority get free workers first
 * @param stages at least one; each depends only on stages before it
 * @param failurePolicy what happens to the rest when a task has failed for good
 * @param backupPolicy whether slow tasks are tried on a second worker at the same time
 * @param durability what its results survive
 * @param after the jobs that must have succeeded before any of its tasks starts
 * @param parent the task from within which it is submitted
 * @param deadline in what time from its submission it must have ended; it is cancelled otherwise
 */
public record JobSpec(
        String requestId,
        String name,
        String user,
        int priority,
        List<StageSpec> stages,
        FailurePolicy failurePolicy,
        BackupPolicy backupPolicy,
        Durability durability,
        List<JobId> after,
        Optional<TaskRef> parent,
        Optional<Duration> deadline) {

    /** A job that waits for no other, that no task submits, and that has all the time it takes. */
    public JobSpec(
            String requestId,
            String name,
            String user,
            int priority,
            List<StageSpec> stages,
            FailurePolicy failurePolicy,
            BackupPolicy backupPolicy,
            Durability durability) {
        this(
                requestId,
                name,
                user,
                priority,
                stages,
                failurePolicy,
                backupPolicy,
                durability,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** What happens to the rest of a job when a task has failed for good. */
    public enum FailurePolicy {
        /** The other tasks go on; the job fails at the end. */
        KEEP_GOING,
        /** Everything else is stopped; the job fails at once. */
        FAIL_FAST
    }

    /** Whether a task may run on two workers at the same time; the first success counts. */
    public enum BackupPolicy {
        /** The slowest tasks of a stage that is nearly done may, unless somebody attaches. */
        STRAGGLERS,
        /** No task ever does by intent. */
        NEVER
    }

    /** On how many disks the outputs are that no later stage depends on, or that hold files. */
    public enum Durability {
        /** On that of the worker that ran the task. */
        ONE,
        /** On those of two workers, where there are two, before the job ends well. */
        TWO
    }

    public JobSpec {
        requireNonNull(requestId, "requestId is null");
        requireNonNull(name, "name is null");
        requireNonNull(user, "user is null");
        requireNonNull(failurePolicy, "failurePolicy is null");
        requireNonNull(backupPolicy, "backupPolicy is null");
        requireNonNull(durability, "durability is null");
        stages = List.copyOf(stages);
        after = List.copyOf(after);
        requireNonNull(parent, "parent is null");
        requireNonNull(deadline, "deadline is null");
        if (stages.isEmpty()) {
            throw new IllegalArgumentException("a job has at least one stage");
        }
        for (int i = 0; i < stages.size(); i++) {
            for (int dependency : stages.get(i).dependsOn()) {
                if (dependency < 0 || dependency >= i) {
                    throw new IllegalArgumentException(
                            "stage %d may depend on stages before it, not on %d"
                                    .formatted(i, dependency));
                }
            }
        }
        checkPipes(stages);
    }

    private static void checkPipes(List<StageSpec> stages) {
        boolean isRead = false;
        for (StageSpec stage : stages) {
            boolean reads = stage.task().input() instanceof TaskTemplate.Input.Piped;
            if (reads != isRead) {
                throw new IllegalArgumentException(
                        "stage %s: whoever writes into a pipe is right before its reader"
                                .formatted(stage.name()));
            }
            isRead = stage.task().pipe().isPresent();
            if ((reads || isRead) && (stage.taskCount() != 1 || !stage.dependsOn().isEmpty())) {
                throw new IllegalArgumentException(
                        "stage %s of a pipe has one task and depends on none"
                                .formatted(stage.name()));
            }
        }
        if (isRead) {
            throw new IllegalArgumentException("nobody reads the pipe of the last stage");
        }
    }

    /** Whether tasks of a stage may run on two workers at the same time. */
    public boolean allowsBackups(StageSpec stage) {
        return backupPolicy == BackupPolicy.STRAGGLERS
                && !(stage.task().input() instanceof TaskTemplate.Input.Attached)
                && !stage.task().isPiped();
    }

    /** The same job of another user. */
    public JobSpec ofUser(String other) {
        return new JobSpec(
                requestId,
                name,
                other,
                priority,
                stages,
                failurePolicy,
                backupPolicy,
                durability,
                after,
                parent,
                deadline);
    }

    /** All tasks of all stages. */
    public long taskCount() {
        return stages.stream().mapToLong(StageSpec::taskCount).sum();
    }
}
