package dev.atoll.cli;

import dev.atoll.cli.files.BroughtFiles;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.Job;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
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
            "  atoll result --output results/ 17   # one file for each task",
            "  atoll result --files . 17           # and the files that its tasks have left"
        },
        sortOptions = false)
final class ResultCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin private ResultOptions options = new ResultOptions();

    @Option(
            names = "--files",
            paramLabel = "DIR",
            description =
                    "Also brings into this directory the files that the tasks have left (--bring).")
    private Optional<Path> files = Optional.empty();

    @Mixin private OverwriteOption overwrite = new OverwriteOption();

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
            BroughtFiles brought = new BroughtFiles(files, overwrite.isGiven());
            return new JobResult(shell, options, brought).deliver(handle);
        }
    }
}
