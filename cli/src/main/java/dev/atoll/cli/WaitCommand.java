package dev.atoll.cli;

import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.JobStatus;
import dev.atoll.client.json.Json;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Waits until jobs have ended. */
@Command(
        header = "Waits until jobs have ended. Exits with 1 if one of them did not succeed.",
        footer = {
            "",
            "Examples:",
            "  atoll wait 17 && atoll result 17",
            "  job=$(atoll map --detach --range 1..100 -- ./step {}); atoll wait \"$job\""
        },
        sortOptions = false)
final class WaitCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--json", description = "One JSON array of the ended jobs, for programs.")
    private boolean json;

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(paramLabel = "JOB", arity = "1..*", description = "The jobs to wait for.")
    private List<String> jobs = new ArrayList<>();

    WaitCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Long> ids = jobs.stream().map(TaskAddress::parseJob).toList();
        List<Json> ended = new ArrayList<>();
        int exitCode = ExitCode.OK;
        try (Atoll cluster = clusters.connect(shell)) {
            for (long id : ids) {
                JobStatus status =
                        new JobFollower(shell, ProgressMode.AUTO).follow(cluster.job(id));
                ended.add(StatusJson.job(status));
                if (status.state() != JobStatus.State.SUCCEEDED) {
                    exitCode = ExitCode.FAILED;
                    new FailureSummary(shell).tell(cluster.job(id), status);
                }
            }
        }
        if (json) {
            shell.out().println(Json.array(ended).toString());
        }
        return exitCode;
    }
}
