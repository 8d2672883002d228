package dev.atoll.cli;

import dev.atoll.cli.items.StoredName;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Prints files from the cluster. */
@Command(
        header = "Prints files from the cluster, one after the other.",
        footer = {
            "",
            "Examples:",
            "  atoll cat corpus/2024.txt | head",
            "  atoll cat logs/monday logs/tuesday > both"
        },
        sortOptions = false)
final class CatCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "As listed by 'atoll ls'.")
    private List<String> names = new ArrayList<>();

    CatCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException {
        try (Atoll cluster = clusters.connect(shell)) {
            for (String name : names) {
                try (InputStream in = cluster.files().open(StoredName.of(name))) {
                    in.transferTo(shell.out().asStream());
                }
            }
            return ExitCode.OK;
        }
    }
}
