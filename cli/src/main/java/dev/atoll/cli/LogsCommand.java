package dev.atoll.cli;

import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.Job;
import dev.atoll.client.JobStatus;
import dev.atoll.client.OutputChunk;
import dev.atoll.client.OutputChunk.Stream;
import dev.atoll.client.OutputReader;
import dev.atoll.client.OutputSelection;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Optional;
import java.util.concurrent.Callable;

/** Shows what tasks wrote. */
@Command(
        header = "Shows what tasks wrote, on both outputs, whether they succeeded or failed.",
        description = {
            "",
            "Standard output goes to standard output, standard error to standard error, in task"
                    + " order. Of a single task that runs, what it has written by now.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  atoll logs 17                   # all tasks of the last stage",
            "  atoll logs 17.3 -f              # task 3, as it goes on",
            "  atoll logs 17/fetch.3 2>&1 | less"
        },
        sortOptions = false)
final class LogsCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = {"-f", "--follow"},
            description = "Waits for what is still to come, until the job has ended.")
    private boolean follow;

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(
            paramLabel = "JOB[.TASK]",
            description = "What to show: 17, 17.3, 17/STAGE or 17/STAGE.3.")
    private String address = "";

    LogsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        TaskAddress parsed = TaskAddress.parse(address);
        try (Atoll cluster = clusters.connect(shell)) {
            Job job = cluster.job(parsed.job());
            JobStatus status = job.status();
            OutputSelection selection =
                    OutputSelection.results()
                            .ofTasks(parsed.stageOf(status), parsed.tasksOf(status))
                            .streams(Stream.STDOUT, Stream.STDERR)
                            .withFailed();
            selection = follow ? selection.following() : selection;
            boolean single = selection.tasks().orElseThrow().size() == 1;
            print(job, single ? selection.withRunning() : selection);
            return ExitCode.OK;
        }
    }

    private void print(Job job, OutputSelection selection) throws InterruptedException {
        try (OutputReader reader = job.output(selection)) {
            Optional<OutputChunk> chunk = reader.next();
            while (chunk.isPresent()) {
                switch (chunk.get().stream()) {
                    case STDOUT -> shell.out().write(chunk.get().data());
                    case STDERR -> shell.err().write(chunk.get().data());
                    case FILES -> {}
                }
                chunk = reader.next();
            }
        }
    }
}
