package dev.atoll.cli;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.terminal.Amounts;
import dev.atoll.client.Atoll;
import dev.atoll.client.Job;
import dev.atoll.client.JobStatus;
import dev.atoll.client.TaskStatus;
import dev.atoll.core.model.RangeSet;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Tries failed tasks again. */
@Command(
        header = "Tries the tasks of an ended job again that failed, were cancelled, or are lost.",
        description = {"", "What succeeded stays as it is.", ""},
        footer = {
            "",
            "Examples:",
            "  atoll retry 17                  # all that did not succeed",
            "  atoll retry --failed 17         # only what failed or was killed, not what never"
                    + " ran",
            "  atoll retry 17.3                # only task 3"
        },
        sortOptions = false)
final class RetryCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--failed",
            description =
                    "Only tasks that failed or were killed one by one, not those that were"
                            + " cancelled with their job.")
    private boolean failedOnly;

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(paramLabel = "JOB[.TASK]", description = "What to try again: 17, 17.3, 17/STAGE.3.")
    private String address = "";

    RetryCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        TaskAddress parsed = TaskAddress.parse(address);
        try (Atoll cluster = clusters.connect(shell)) {
            Job job = cluster.job(parsed.job());
            int count = retry(job, parsed);
            shell.say(
                    "%s tasks of job %s are tried again; wait for them: atoll wait %s"
                            .formatted(Amounts.count(count), job.id(), job.id()));
            return ExitCode.OK;
        }
    }

    private int retry(Job job, TaskAddress parsed) {
        if (failedOnly) {
            JobStatus status = job.status();
            int stage = parsed.isWholeJob() ? firstFailedStage(status) : parsed.stageOf(status);
            return job.retryTasks(stage, failed(job, stage).toRanges());
        }
        if (parsed.isWholeJob()) {
            return job.retry();
        }
        JobStatus status = job.status();
        return job.retryTasks(parsed.stageOf(status), parsed.tasksOf(status));
    }

    /* A failure keeps later stages from starting, so failures lie in one stage. */
    private static int firstFailedStage(JobStatus status) {
        List<JobStatus.Stage> stages = status.stages();
        for (int i = 0; i < stages.size(); i++) {
            if (stages.get(i).failedCount() > 0) {
                return i;
            }
        }
        throw new CommandException(
                ExitCode.FAILED, "no task of job %s has failed".formatted(status.id()));
    }

    private static RangeSet failed(Job job, int stage) {
        RangeSet failed = new RangeSet();
        try (Stream<TaskStatus> tasks = job.tasks(TaskStatus.State.FAILED)) {
            tasks.filter(task -> task.stage() == stage)
                    .forEach(task -> failed.add(task.index(), task.index() + 1));
        }
        return failed;
    }
}
