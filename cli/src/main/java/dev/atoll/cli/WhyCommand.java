package dev.atoll.cli;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.Job;
import dev.atoll.client.json.Json;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.concurrent.Callable;

/** Asks why a job or a task is where it is. */
@Command(
        header = "Asks why a job or a task waits, failed, or runs where it runs.",
        footer = {
            "",
            "Examples:",
            "  atoll why 17                    # the job",
            "  atoll why 17.3                  # its task 3",
            "  atoll why 17/fetch.3            # task 3 of its stage 'fetch'"
        },
        sortOptions = false)
final class WhyCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--json", description = "One JSON array of sentences, for programs.")
    private boolean json;

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(
            paramLabel = "JOB[.TASK]",
            description = "What to ask about: 17, 17.3 or 17/STAGE.3.")
    private String address = "";

    WhyCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        TaskAddress parsed = TaskAddress.parse(address);
        if (parsed.stage().isPresent() && parsed.task().isEmpty()) {
            throw CommandException.usage(
                    "'%s': which task of the stage? For example %s.0".formatted(address, address));
        }
        try (Atoll cluster = clusters.connect(shell)) {
            Job job = cluster.job(parsed.job());
            List<String> sentences =
                    parsed.task().isEmpty()
                            ? job.explain()
                            : job.explainTask(
                                    parsed.stageOf(job.status()), parsed.task().getAsInt());
            if (json) {
                shell.out().println(StatusJson.list(sentences, Json::of).toString());
            } else {
                sentences.forEach(shell.out()::println);
            }
            return ExitCode.OK;
        }
    }
}
