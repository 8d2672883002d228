package dev.atoll.cli;

import dev.atoll.cli.attached.FailureText;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.terminal.Amounts;
import dev.atoll.client.AtollException;
import dev.atoll.client.Job;
import dev.atoll.client.JobStatus;
import dev.atoll.client.OutputChunk;
import dev.atoll.client.OutputReader;
import dev.atoll.client.OutputSelection;
import dev.atoll.client.TaskStatus;
import dev.atoll.core.model.Ranges;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Says of a job that did not succeed which tasks failed, how, and with which last words. */
final class FailureSummary {
    private static final int TASKS_MAX = 3;
    private static final int LAST_WORDS_LINES = 5;
    private static final int LAST_WORDS_BYTES = 2_048;

    private final Shell shell;

    FailureSummary(Shell shell) {
        this.shell = shell;
    }

    /** Says it, unless the job succeeded. */
    void tell(Job job, JobStatus status) throws InterruptedException {
        switch (status.state()) {
            case SUCCEEDED, QUEUED, RUNNING, STOPPING -> {}
            case CANCELLED ->
                    shell.say(
                            "job %s was cancelled; try it again: atoll retry %s"
                                    .formatted(job.id(), job.id()));
            case FAILED -> tellFailures(job, status);
        }
    }

    private void tellFailures(Job job, JobStatus status) throws InterruptedException {
        shell.say(
                "job %s failed: %s of %s tasks failed"
                        .formatted(
                                job.id(),
                                Amounts.count(status.failedCount()),
                                Amounts.count(status.taskCount())));
        List<TaskStatus> failed;
        try (Stream<TaskStatus> tasks = job.tasks(TaskStatus.State.FAILED)) {
            failed = tasks.limit(TASKS_MAX).toList();
        }
        for (TaskStatus task : failed) {
            tellTask(job, task, status.stages().size());
        }
        if (status.failedCount() > failed.size()) {
            shell.tell(
                    "  ... and %s more%n"
                            .formatted(Amounts.count(status.failedCount() - failed.size())));
        }
        shell.tell(
                "  next: atoll why %s, atoll logs %s, atoll retry %s%n"
                        .formatted(
                                job.id(),
                                failed.isEmpty() ? job.id() : address(failed.getFirst(), status),
                                job.id()));
    }

    private void tellTask(Job job, TaskStatus task, int stageCount) throws InterruptedException {
        shell.tell(
                "  task %s: %s%s%n"
                        .formatted(
                                TaskAddress.format(task, stageCount),
                                task.failure().map(FailureText::of).orElse("failed"),
                                task.workerId().isEmpty() ? "" : ", on " + task.workerId()));
        for (String line : lastWords(job, task)) {
            shell.tell("    " + line.replaceAll("[\\p{Cntrl}&&[^\t]]", "?") + "\n");
        }
    }

    private static String address(TaskStatus task, JobStatus status) {
        return TaskAddress.format(task, status.stages().size());
    }

    private static List<String> lastWords(Job job, TaskStatus task) throws InterruptedException {
        OutputSelection selection =
                OutputSelection.results()
                        .ofTasks(task.stage(), Ranges.of(task.index()))
                        .streams(OutputChunk.Stream.STDERR)
                        .withFailed();
        Deque<Byte> tail = new ArrayDeque<>();
        try (OutputReader reader = job.output(selection)) {
            Optional<OutputChunk> chunk = reader.next();
            while (chunk.isPresent()) {
                keepEnd(tail, chunk.get().data());
                chunk = reader.next();
            }
        } catch (AtollException e) {
            return List.of("(its last words cannot be read: " + e.getMessage() + ")");
        }
        byte[] bytes = new byte[tail.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = tail.removeFirst();
        }
        List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        return lines.subList(Math.max(0, lines.size() - LAST_WORDS_LINES), lines.size());
    }

    private static void keepEnd(Deque<Byte> tail, ByteBuffer data) {
        int skipped = Math.max(0, data.remaining() - LAST_WORDS_BYTES);
        for (int i = data.position() + skipped; i < data.limit(); i++) {
            if (tail.size() == LAST_WORDS_BYTES) {
                tail.removeFirst();
            }
            tail.addLast(data.get(i));
        }
    }
}
