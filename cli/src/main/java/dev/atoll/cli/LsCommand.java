package dev.atoll.cli;

import dev.atoll.cli.items.StoredName;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.terminal.Amounts;
import dev.atoll.cli.terminal.Table;
import dev.atoll.client.Atoll;
import dev.atoll.client.StoredFile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Lists the files in the cluster. */
@Command(
        header = "Lists the files in the cluster.",
        description = {
            "",
            "COPIES is on how many workers that are here the rarest block of a file is. It should"
                    + " be 2; while it is 1, the block is being copied, if there is a second worker"
                    + " with room. damaged: a block is on none. ?: the cluster has not looked yet.",
            ""
        },
        footer = {"", "Examples:", "  atoll ls", "  atoll ls logs/", "  atoll ls --json"},
        sortOptions = false)
final class LsCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    private final Shell shell;

    @Option(names = "--json", description = "One JSON array, for programs.")
    private boolean json;

    @Mixin private Clusters clusters = new Clusters();

    @Parameters(
            paramLabel = "PREFIX",
            arity = "0..1",
            description = "Only names that start so. Default: all.")
    private String prefix = "";

    LsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Atoll cluster = clusters.connect(shell)) {
            List<StoredFile> files = cluster.files().list(StoredName.of(prefix)).toList();
            if (json) {
                shell.out().println(StatusJson.list(files, StatusJson::file).toString());
            } else {
                shell.out().print(table(files));
            }
            return ExitCode.OK;
        }
    }

    private static String table(List<StoredFile> files) {
        Table table = new Table(">SIZE", ">COPIES", "CREATED", "NAME");
        for (StoredFile file : files) {
            table.row(
                    Amounts.bytes(file.sizeBytes()),
                    copies(file),
                    TIME.format(file.createTime().atZone(ZoneId.systemDefault())),
                    file.name());
        }
        return table.render();
    }

    private static String copies(StoredFile file) {
        if (file.copies().isEmpty()) {
            return "?";
        }
        int copies = file.copies().getAsInt();
        return copies == 0 ? "damaged" : Integer.toString(copies);
    }
}
