package dev.atoll.cli;

import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.Job;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.concurrent.Callable;

/** Prints the result of a job. */
@Command(
        header =
                "Prints the result of a job: what the tasks of its last stage wrote, in task"
                        + " order.",
        description = {
            "",
            "Waits for tasks that have not finished, so that 'map --detach' and 'result' together"
                    + " do what 'map' does. Exits with 1 if the job did not succeed.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  atoll result 17 > words.txt",
            "  atoll result --output results/ 17   # one file for each task"
        },
        sortOptions = false)
final class ResultCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin private ResultOptions options = new ResultOptions();

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(paramLabel = "JOB", description = "The job.")
    private String job = "";

    ResultCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long id = TaskAddress.parseJob(job);
        try (Atoll cluster = clusters.connect(shell)) {
            Job handle = cluster.job(id);
            return new JobResult(shell, options).deliver(handle);
        }
    }
}
