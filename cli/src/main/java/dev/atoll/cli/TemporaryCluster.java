package dev.atoll.cli;

import dev.atoll.cli.local.ClusterPlan;
import dev.atoll.cli.local.ClusterStart;
import dev.atoll.cli.local.ClusterStop;
import dev.atoll.cli.local.Home;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.Atoll;
import dev.atoll.client.ConnectOptions;
import dev.atoll.client.local.LocalCluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A cluster on this machine of which, once it is closed, nothing is left. */
final class TemporaryCluster implements AutoCloseable {
    /** How many workers it has. */
    static final int WORKERS = 3;

    private final Path directory;
    private final LocalCluster cluster;

    private TemporaryCluster(Path directory, LocalCluster cluster) {
        this.directory = directory;
        this.cluster = cluster;
    }

    /** Starts it; when that fails, nothing is left either. */
    static TemporaryCluster start(Shell shell) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("atoll-demo-");
        boolean started = false;
        try {
            Home home = new Home(directory);
            home.create();
            double cpus =
                    Math.max(1.0, Runtime.getRuntime().availableProcessors() / (double) WORKERS);
            ClusterPlan plan = new ClusterPlan(WORKERS, cpus, 0, 0);
            LocalCluster cluster = new ClusterStart(home, shell.environment(), plan).start();
            started = true;
            return new TemporaryCluster(directory, cluster);
        } finally {
            if (!started) {
                delete(directory);
            }
        }
    }

    Atoll connect() {
        return Atoll.connect(ConnectOptions.to(cluster));
    }

    @Override
    public void close() throws IOException {
        int _ = ClusterStop.stop(cluster.members());
        delete(directory);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }
}
