package dev.atoll.core.model;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One stage: {@code taskCount} tasks, numbered from 0, all from one template.
 *
 * @param name unique in its job
 * @param taskCount at least 1
 * @param task what each task does
 * @param need what each task needs while it runs
 * @param attemptsMax how many times a task may be tried, at least 1
 * @param timeout how long one attempt may run
 * @param dependsOn the positions of the stages that must have succeeded before
 */
public record StageSpec(
        String name,
        int taskCount,
        TaskTemplate task,
        Resources need,
        int attemptsMax,
        Optional<Duration> timeout,
        List<Integer> dependsOn) {
    /** The most tasks of one stage. */
    public static final int TASK_COUNT_MAX = 10_000_000;

    public StageSpec {
        requireNonNull(name, "name is null");
        requireNonNull(task, "task is null");
        requireNonNull(need, "need is null");
        requireNonNull(timeout, "timeout is null");
        dependsOn = List.copyOf(dependsOn);
        if (taskCount < 1 || taskCount > TASK_COUNT_MAX) {
            throw new IllegalArgumentException(
                    "a stage has 1 to %d tasks, not %d".formatted(TASK_COUNT_MAX, taskCount));
        }
        if (attemptsMax < 1) {
            throw new IllegalArgumentException("attemptsMax is at least 1, not " + attemptsMax);
        }
    }
}
