package dev.atoll.cli;

import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.terminal.Amounts;
import dev.atoll.cli.terminal.Table;
import dev.atoll.client.Atoll;
import dev.atoll.client.NodeStatus;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** Lists the machines of the cluster. */
@Command(
        header = "Lists the machines of the cluster.",
        description = {
            "",
            "ready: it works. suspect: it is silent and may come back. draining: it gets no new"
                    + " tasks. quarantined: everything failed on it, so others get its tasks, but"
                    + " for one now and then. lost: it was given up, and its tasks run elsewhere.",
            ""
        },
        footer = {"", "Examples:", "  atoll nodes", "  atoll nodes --json"},
        sortOptions = false)
final class NodesCommand implements Callable<Integer> {
    private static final double MILLIS = 1_000;

    private final Shell shell;

    @Option(names = "--json", description = "One JSON array, for programs.")
    private boolean json;

    @Mixin private Clusters clusters = new Clusters();

    NodesCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (Atoll cluster = clusters.connect(shell)) {
            List<NodeStatus> nodes = cluster.nodes();
            if (json) {
                shell.out().println(StatusJson.list(nodes, StatusJson::node).toString());
            } else {
                shell.out().print(table(nodes));
            }
            return ExitCode.OK;
        }
    }

    /** The machines as people read them. */
    static String table(List<NodeStatus> nodes) {
        Table table =
                new Table(
                        "NODE",
                        "STATE",
                        ">CPUS",
                        ">USED",
                        ">MEMORY",
                        ">GPUS",
                        ">RUNNING",
                        ">QUEUED",
                        ">DONE",
                        ">FAILED",
                        ">SILENT",
                        "LABELS",
                        "ADDRESS");
        for (NodeStatus node : nodes) {
            table.row(
                    node.id(),
                    StatusJson.word(node.state()),
                    Amounts.decimal(node.offers().cpuMillis() / MILLIS),
                    Amounts.decimal(node.load().cpuMillisUsed() / MILLIS),
                    Amounts.bytes(node.offers().memoryBytes()),
                    node.offers().gpuCount(),
                    Amounts.count(node.load().runningCount()),
                    Amounts.count(node.load().queuedCount()),
                    Amounts.count(node.succeededCount()),
                    Amounts.count(node.failedCount()),
                    Amounts.time(node.silence()),
                    node.offers().labels().entrySet().stream()
                            .map(label -> label.getKey() + "=" + label.getValue())
                            .collect(Collectors.joining(",")),
                    node.address());
        }
        StringBuilder out = new StringBuilder(table.render());
        for (NodeStatus node : nodes) {
            if (!node.reason().isEmpty()) {
                out.append(node.id()).append(": ").append(node.reason()).append('\n');
            }
        }
        return out.toString();
    }
}
