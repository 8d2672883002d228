package dev.atoll.cli;

import dev.atoll.cli.items.StoredName;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Gets a file from the cluster. */
@Command(
        header = "Copies a file from the cluster to this machine.",
        description = {
            "",
            "Every block is checked; one that is damaged is read from the other worker. The file"
                + " has its name only when it is whole, and takes the place of one that is there.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  atoll get logs/access.log               # to ./access.log",
            "  atoll get logs/access.log /tmp/",
            "  atoll get logs/access.log - | head      # the same as atoll cat"
        },
        sortOptions = false)
final class GetCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(index = "0", paramLabel = "NAME", description = "As listed by 'atoll ls'.")
    private String name = "";

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            arity = "0..1",
            description = "A file or a directory; - is standard output. Default: here.")
    private Optional<String> file = Optional.empty();

    GetCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException {
        String stored = StoredName.of(name);
        try (Atoll cluster = clusters.connect(shell)) {
            if (file.equals(Optional.of("-"))) {
                try (InputStream in = cluster.files().open(stored)) {
                    in.transferTo(shell.out().asStream());
                }
            } else {
                cluster.files().get(stored, target(stored));
            }
            return ExitCode.OK;
        }
    }

    private Path target(String stored) {
        String last = stored.substring(stored.lastIndexOf('/') + 1);
        Path target = Path.of(file.orElse(last));
        if (Files.isDirectory(target)) {
            target = target.resolve(last);
        }
        Path parent = target.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw CommandException.usage(target + ": the directory does not exist");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw CommandException.usage(target + ": is no file; write to it with atoll cat");
        }
        return target;
    }
}
