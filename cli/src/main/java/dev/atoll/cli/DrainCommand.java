package dev.atoll.cli;

import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Gives a machine no new tasks. */
@Command(
        header = "Gives machines no new tasks; those that run there go on.",
        footer = {
            "",
            "Examples:",
            "  atoll drain worker-2            # then wait until 'atoll nodes' shows 0 running",
            "  atoll drain --resume worker-2"
        },
        sortOptions = false)
final class DrainCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--resume",
            description = "Takes them back into service instead; also out of quarantine.")
    private boolean resume;

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(paramLabel = "NODE", arity = "1..*", description = "As listed by 'atoll nodes'.")
    private List<String> nodes = new ArrayList<>();

    DrainCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Atoll cluster = clusters.connect(shell)) {
            for (String node : nodes) {
                if (resume) {
                    cluster.resume(node);
                } else {
                    cluster.drain(node);
                }
                shell.say(node + (resume ? " is back in service" : " gets no new tasks"));
            }
            return ExitCode.OK;
        }
    }
}
