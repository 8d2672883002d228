package dev.atoll.cli;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.terminal.Table;
import dev.atoll.client.Atoll;
import dev.atoll.client.JobStatus;
import dev.atoll.client.NotFoundException;
import dev.atoll.client.TaskStatus;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Lists the tasks that run. */
@Command(
        header = "Lists the tasks that run, on all machines.",
        footer = {
            "",
            "Examples:",
            "  atoll ps",
            "  atoll ps --json",
            "  atoll kill 17.3                 # the task that is listed as 17.3"
        },
        sortOptions = false)
final class PsCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            defaultValue = "1000",
            description = "At most so many. Default: 1000.")
    private int limit;

    @Option(names = "--json", description = "One JSON array, for programs.")
    private boolean json;

    @Mixin private Clusters clusters = new Clusters();

    PsCommand(Shell shell) {
        this.shell = shell;
    }

    /**
     * A running task, and the job that it belongs to.
     *
     * @param job its job
     * @param task the task
     */
    record Running(JobStatus job, TaskStatus task) {}

    @Override
    public Integer call() {
        if (limit < 1) {
            throw CommandException.usage("--limit must be at least 1, not " + limit);
        }
        try (Atoll cluster = clusters.connect(shell)) {
            List<Running> running = running(cluster, limit);
            if (json) {
                shell.out()
                        .println(
                                StatusJson.list(running, one -> StatusJson.task(one.task()))
                                        .toString());
            } else {
                shell.out().print(table(running));
            }
            return ExitCode.OK;
        }
    }

    /** The tasks that run now, at most so many. */
    static List<Running> running(Atoll cluster, int limit) {
        List<Running> running = new ArrayList<>();
        try (Stream<JobStatus> jobs = cluster.jobs(true)) {
            for (JobStatus job : jobs.filter(job -> job.runningCount() > 0).toList()) {
                for (TaskStatus task : running(cluster, job, limit - running.size())) {
                    running.add(new Running(job, task));
                }
            }
        }
        return running;
    }

    private static List<TaskStatus> running(Atoll cluster, JobStatus job, int limit) {
        try (Stream<TaskStatus> tasks =
                cluster.job(job.id().value()).tasks(TaskStatus.State.RUNNING)) {
            return tasks.limit(limit).toList();
        } catch (NotFoundException _) {
            // It was forgotten while we looked.
            return List.of();
        }
    }

    /** The tasks as people read them. */
    static String table(List<Running> running) {
        Table table = new Table("TASK", "JOB", "STAGE", "WORKER", ">TRY");
        for (Running one : running) {
            List<JobStatus.Stage> stages = one.job().stages();
            int stage = one.task().stage();
            Object stageName = stage < stages.size() ? stages.get(stage).name() : stage;
            String address = TaskAddress.format(one.task(), stages.size());
            String job = one.job().name();
            table.row(address, job, stageName, one.task().workerId(), one.task().attempt());
            one.task()
                    .backup()
                    .ifPresent(
                            it -> table.row(address, job, stageName, it.workerId(), it.attempt()));
        }
        return table.render();
    }
}
