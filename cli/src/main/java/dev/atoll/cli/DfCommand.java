package dev.atoll.cli;

import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.terminal.Amounts;
import dev.atoll.cli.terminal.Table;
import dev.atoll.client.Atoll;
import dev.atoll.client.DiskUsage;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.concurrent.Callable;

/** Shows how the workers' disks are used. */
@Command(
        header = "Shows how the workers' disks are used.",
        description = {
            "",
            "FILES: copies of the files that 'atoll ls' lists; they stay. CACHE: other inputs of"
                    + " tasks, which make room when it is needed, at the latest at CACHE MAX. FREE:"
                    + " what is free on the disk.",
            ""
        },
        footer = {"", "Examples:", "  atoll df", "  atoll df --json"},
        sortOptions = false)
final class DfCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--json", description = "One JSON array, for programs.")
    private boolean json;

    @Mixin private Clusters clusters = new Clusters();

    DfCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Atoll cluster = clusters.connect(shell)) {
            List<DiskUsage> disks = cluster.files().usage();
            if (json) {
                shell.out().println(StatusJson.list(disks, StatusJson::disk).toString());
                return ExitCode.OK;
            }
            Table table = new Table("NODE", ">FILES", ">CACHE", ">CACHE MAX", ">FREE");
            for (DiskUsage disk : disks) {
                table.row(
                        disk.workerId(),
                        Amounts.bytes(disk.keptBytes()),
                        Amounts.bytes(disk.cachedBytes()),
                        Amounts.bytes(disk.cachedBytesMax()),
                        Amounts.bytes(disk.freeBytes()));
            }
            shell.out().print(table.render());
            return ExitCode.OK;
        }
    }
}
