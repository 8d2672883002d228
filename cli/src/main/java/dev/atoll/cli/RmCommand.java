package dev.atoll.cli;

import dev.atoll.cli.items.StoredName;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.NotFoundException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Removes files from the cluster. */
@Command(
        header = "Removes files from the cluster.",
        description = {
            "",
            "Blocks that no other file needs are not kept any more: soon they make room for others."
                + " A name that nothing has is said, the others are removed all the same, and the"
                + " exit code is 1.",
            ""
        },
        footer = {"", "Examples:", "  atoll rm logs/monday logs/tuesday"},
        sortOptions = false)
final class RmCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "As listed by 'atoll ls'.")
    private List<String> names = new ArrayList<>();

    RmCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        int code = ExitCode.OK;
        try (Atoll cluster = clusters.connect(shell)) {
            for (String name : names) {
                try {
                    cluster.files().remove(StoredName.of(name));
                } catch (NotFoundException e) {
                    shell.say(String.valueOf(e.getMessage()));
                    code = ExitCode.FAILED;
                }
            }
        }
        return code;
    }
}
