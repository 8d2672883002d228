package dev.atoll.cli;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.JobStatus;
import dev.atoll.client.TaskStatus;
import dev.atoll.core.model.Ranges;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user points at: JOB, JOB.TASK, JOB/STAGE or JOB/STAGE.TASK. A stage is named by its
 * position from 0 or by its name; without one, a task is one of the job's last stage.
 *
 * @param job the job's number
 * @param stage the stage as written
 * @param task the task's index
 */
record TaskAddress(long job, Optional<String> stage, OptionalInt task) {
    private static final Pattern FORM =
            Pattern.compile("([1-9][0-9]{0,17})(?:/([a-z0-9-]{1,63}))?(?:\\.([0-9]{1,8}))?");

    /**
     * Reads an address.
     *
     * @throws CommandException when it is not one
     */
    static TaskAddress parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw CommandException.usage(
                    "'%s' names no job or task; write JOB, JOB.TASK or JOB/STAGE.TASK, such as 17,"
                                    .formatted(text)
                            + " 17.3 or 17/fetch.3");
        }
        String task = matcher.group(3);
        return new TaskAddress(
                Long.parseLong(matcher.group(1)),
                Optional.ofNullable(matcher.group(2)),
                task == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(task)));
    }

    /** Reads the address of a whole job. */
    static long parseJob(String text) {
        TaskAddress address = parse(text);
        if (address.stage().isPresent() || address.task().isPresent()) {
            throw CommandException.usage(
                    "'%s': a whole job is wanted here, such as %d".formatted(text, address.job()));
        }
        return address.job();
    }

    /** Whether the whole job is meant. */
    boolean isWholeJob() {
        return stage.isEmpty() && task.isEmpty();
    }

    /**
     * The position of the stage.
     *
     * @throws CommandException when the job has no such stage
     */
    int stageOf(JobStatus status) {
        List<JobStatus.Stage> stages = status.stages();
        if (stage.isEmpty()) {
            return stages.size() - 1;
        }
        for (int i = 0; i < stages.size(); i++) {
            if (stages.get(i).name().equals(stage.get())) {
                return i;
            }
        }
        if (stage.get().matches("[0-9]{1,3}") && Integer.parseInt(stage.get()) < stages.size()) {
            return Integer.parseInt(stage.get());
        }
        throw CommandException.usage(
                "job %d has no stage %s; it has: %s"
                        .formatted(
                                job,
                                stage.get(),
                                String.join(
                                        ", ",
                                        stages.stream().map(JobStatus.Stage::name).toList())));
    }

    /**
     * The tasks of the stage that are meant.
     *
     * @throws CommandException when there is no such task
     */
    Ranges tasksOf(JobStatus status) {
        int count = status.stages().get(stageOf(status)).taskCount();
        if (task.isEmpty()) {
            return Ranges.between(0, count);
        }
        if (task.getAsInt() >= count) {
            throw CommandException.usage(
                    "there is no task %d; the stage has tasks 0 to %d"
                            .formatted(task.getAsInt(), count - 1));
        }
        return Ranges.of(task.getAsInt());
    }

    /** The address of a task, as short as it is clear. */
    static String format(TaskStatus task, int stageCount) {
        return format(task.jobId().value(), task.stage(), task.index(), stageCount);
    }

    /** The address of a task, as short as it is clear. */
    static String format(long job, int stage, int index, int stageCount) {
        return stage == stageCount - 1
                ? "%d.%d".formatted(job, index)
                : "%d/%d.%d".formatted(job, stage, index);
    }
}
