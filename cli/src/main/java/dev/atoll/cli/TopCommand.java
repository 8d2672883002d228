package dev.atoll.cli;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.terminal.Amounts;
import dev.atoll.client.Atoll;
import dev.atoll.client.ClusterStatus;
import dev.atoll.client.JobStatus;
import dev.atoll.client.NodeStatus;
import dev.atoll.client.json.Json;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Watches the cluster live. */
@Command(
        header = "Watches the cluster: machines, jobs, how much runs and waits.",
        description = {"", "On a terminal it goes on until Ctrl-C; in a pipe it prints once.", ""},
        footer = {"", "Examples:", "  atoll top", "  atoll top --json"},
        sortOptions = false)
final class TopCommand implements Callable<Integer> {
    private static final int JOBS_MAX = 20;
    private static final double MILLIS = 1_000;
    private static final String HOME_AND_ERASE = "\033[H\033[J";

    private final Shell shell;

    @Option(
            names = {"-i", "--interval"},
            paramLabel = "TIME",
            defaultValue = "1s",
            description = "How often it looks. Default: 1s.")
    private Duration interval = Duration.ofSeconds(1);

    @Option(names = "--json", description = "One JSON object, once, for programs.")
    private boolean json;

    @Mixin private Clusters clusters = new Clusters();

    TopCommand(Shell shell) {
        this.shell = shell;
    }

    private record Snapshot(ClusterStatus cluster, List<NodeStatus> nodes, List<JobStatus> jobs) {}

    @Override
    public Integer call() throws InterruptedException {
        if (interval.toMillis() < 100) {
            throw CommandException.usage("--interval must be at least 100ms");
        }
        try (Atoll cluster = clusters.connect(shell)) {
            boolean live = shell.terminal().isOutput() && !json;
            do {
                Snapshot snapshot = look(cluster);
                if (json) {
                    shell.out().println(json(snapshot).toString());
                } else if (live) {
                    shell.out().print(HOME_AND_ERASE + fit(render(snapshot, Instant.now())));
                    TimeUnit.MILLISECONDS.sleep(interval.toMillis());
                } else {
                    shell.out().print(render(snapshot, Instant.now()));
                }
            } while (live);
            return ExitCode.OK;
        }
    }

    private static Snapshot look(Atoll cluster) {
        try (Stream<JobStatus> jobs = cluster.jobs(true)) {
            return new Snapshot(cluster.status(), cluster.nodes(), jobs.limit(JOBS_MAX).toList());
        }
    }

    private static Json json(Snapshot snapshot) {
        return Json.object()
                .put("cluster", StatusJson.cluster(snapshot.cluster()))
                .put("nodes", StatusJson.list(snapshot.nodes(), StatusJson::node))
                .put("jobs", StatusJson.list(snapshot.jobs(), StatusJson::job))
                .build();
    }

    private static String render(Snapshot snapshot, Instant now) {
        ClusterStatus cluster = snapshot.cluster();
        int used = snapshot.nodes().stream().mapToInt(node -> node.load().cpuMillisUsed()).sum();
        return """
        atoll %s, epoch %d: %d nodes ready, %s of %s cpus in use
        %d active jobs; tasks: %s running, %s waiting, %s done

        %s
        %s\
        """
                .formatted(
                        cluster.version(),
                        cluster.epoch(),
                        cluster.readyNodeCount(),
                        Amounts.decimal(used / MILLIS),
                        Amounts.decimal(cluster.offers().cpuMillis() / MILLIS),
                        cluster.activeJobCount(),
                        Amounts.count(cluster.runningTaskCount()),
                        Amounts.count(cluster.waitingTaskCount()),
                        Amounts.count(cluster.succeededTaskCount()),
                        NodesCommand.table(snapshot.nodes()),
                        JobsCommand.table(snapshot.jobs(), now));
    }

    /** As many lines and columns as the terminal shows. */
    private String fit(String text) {
        int columns = shell.terminal().columns();
        StringBuilder fitting = new StringBuilder();
        text.lines()
                .limit(Math.max(1, shell.terminal().rows() - 1))
                .map(line -> line.substring(0, Math.min(line.length(), columns)))
                .forEach(line -> fitting.append(line).append('\n'));
        return fitting.toString();
    }
}
