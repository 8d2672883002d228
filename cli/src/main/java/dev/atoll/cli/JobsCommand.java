package dev.atoll.cli;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.terminal.Amounts;
import dev.atoll.cli.terminal.Table;
import dev.atoll.client.Atoll;
import dev.atoll.client.JobStatus;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Lists jobs. */
@Command(
        header = "Lists jobs, the newest first.",
        footer = {
            "",
            "Examples:",
            "  atoll jobs",
            "  atoll jobs --active",
            "  atoll jobs --json | python3 -m json.tool"
        },
        sortOptions = false)
final class JobsCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = {"-a", "--active"},
            description = "Only jobs that have not ended.")
    private boolean activeOnly;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            defaultValue = "25",
            description = "At most so many. Default: 25.")
    private int limit;

    @Option(names = "--json", description = "One JSON array, for programs.")
    private boolean json;

    @Mixin private Clusters clusters = new Clusters();

    JobsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw CommandException.usage("--limit must be at least 1, not " + limit);
        }
        try (Atoll cluster = clusters.connect(shell);
                Stream<JobStatus> jobs = cluster.jobs(activeOnly)) {
            List<JobStatus> shown = jobs.limit(limit).toList();
            if (json) {
                shell.out().println(StatusJson.list(shown, StatusJson::job).toString());
            } else {
                shell.out().print(table(shown, Instant.now()));
            }
            return ExitCode.OK;
        }
    }

    /** The jobs as people read them. */
    static String table(List<JobStatus> jobs, Instant now) {
        Table table =
                new Table(
                        ">JOB", "NAME", "STATE", ">TASKS", ">RUNNING", ">DONE", ">FAILED", ">TIME");
        for (JobStatus job : jobs) {
            table.row(
                    job.id(),
                    job.name(),
                    StatusJson.word(job.state()),
                    Amounts.count(job.taskCount()),
                    Amounts.count(job.runningCount()),
                    Amounts.count(job.succeededCount()),
                    Amounts.count(job.failedCount()),
                    job.createTime()
                            .map(begin -> Duration.between(begin, job.endTime().orElse(now)))
                            .map(Amounts::time)
                            .orElse("-"));
        }
        return table.render();
    }
}
