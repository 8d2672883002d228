package dev.atoll.cli;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.shell.Signal;
import dev.atoll.client.Atoll;
import dev.atoll.client.Job;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Stops jobs or tasks. */
@Command(
        header = "Stops jobs or single tasks.",
        description = {
            "",
            "What runs gets the signal, and KILL 5 s later; what waits will not run. What has ended"
                    + " stays as it is.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  atoll kill 17                   # the whole job",
            "  atoll kill 17.3 18              # one task of a job, and another job",
            "  atoll kill --signal INT 17/fetch.3"
        },
        sortOptions = false)
final class KillCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = {"-s", "--signal"},
            paramLabel = "SIGNAL",
            defaultValue = "TERM",
            description = "The first signal, by name or number. Default: TERM.")
    private String signal = "TERM";

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(
            paramLabel = "JOB[.TASK]",
            arity = "1..*",
            description = "What to stop: 17, 17.3, 17/STAGE or 17/STAGE.3.")
    private List<String> addresses = new ArrayList<>();

    KillCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        int number =
                Signal.parse(signal)
                        .orElseThrow(() ->
                                CommandException.usage(
                                        "--signal must be a name such as TERM, INT or KILL,"
                                                + " or 1 to 31, not "
                                                + signal));
        List<TaskAddress> parsed = addresses.stream().map(TaskAddress::parse).toList();
        try (Atoll cluster = clusters.connect(shell)) {
            for (TaskAddress address : parsed) {
                kill(cluster.job(address.job()), address, number);
            }
            return ExitCode.OK;
        }
    }

    private static void kill(Job job, TaskAddress address, int number) {
        String reason = "stopped with 'atoll kill'";
        if (address.isWholeJob()) {
            job.cancel(number, reason);
            return;
        }
        var status = job.status();
        job.cancelTasks(address.stageOf(status), address.tasksOf(status), number, reason);
    }
}
