package dev.atoll.cli.local;

import com.sun.management.OperatingSystemMXBean;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.client.Atoll;
import dev.atoll.client.AtollException;
import dev.atoll.client.ConnectOptions;
import dev.atoll.client.NodeStatus;
import dev.atoll.client.local.LocalCluster;
import dev.atoll.client.local.LocalCluster.Member;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts a cluster on this machine and waits until it works; if it does not, nothing is left. */
public final class ClusterStart {
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(25);
    private static final Duration NODES_READY_MAX = Duration.ofSeconds(60);

    private final Home home;
    private final ServiceCommand command;
    private final Plan plan;
    private final List<ServiceProcess> processes = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();

    /**
     * What to start.
     *
     * @param workerCount how many workers, at least 1
     * @param cpusPerWorker how many processors each offers, more than 0
     * @param port of the master; 0: any
     */
    public record Plan(int workerCount, double cpusPerWorker, int port) {}

    /**
     * @param home where it lives
     * @param environment of this process
     * @param plan what to start
     */
    public ClusterStart(Home home, Map<String, String> environment, Plan plan) {
        this.home = home;
        this.command = new ServiceCommand(environment);
        this.plan = plan;
    }

    /**
     * Starts it.
     *
     * @throws CommandException with the last words of the process that failed
     */
    public LocalCluster start() throws IOException, InterruptedException {
        boolean up = false;
        try {
            home.createToken();
            ServiceProcess master = launch("master", ServiceFlags.master(home, plan.port()));
            note("127.0.0.1:" + plan.port());
            String naming = master.awaitReady("naming");
            String address = master.awaitReady("master");
            for (int i = 1; i <= plan.workerCount(); i++) {
                String name = "worker-" + i;
                ServiceProcess _ =
                        launch(
                                name,
                                ServiceFlags.worker(
                                        home,
                                        name,
                                        naming,
                                        plan.cpusPerWorker(),
                                        memoryBytes() / plan.workerCount(),
                                        home.workerDirectory(name)));
                note(address);
            }
            LocalCluster cluster = note(address);
            awaitNodes(cluster);
            up = true;
            return cluster;
        } finally {
            if (!up) {
                int _ = ClusterStop.stop(members);
                LocalCluster.remove(home.directory());
            }
        }
    }

    /* Of this machine, which the workers share. */
    private static long memoryBytes() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getTotalMemorySize();
    }

    private ServiceProcess launch(String name, List<String> words) throws IOException {
        ServiceProcess process = ServiceProcess.start(name, command, words, home.log(name));
        processes.add(process);
        members.add(process.member());
        return process;
    }

    /* Written after each start, so that whatever happens to this command, down finds them all. */
    private LocalCluster note(String address) throws IOException {
        LocalCluster cluster = new LocalCluster(address, home.tokenFile(), members);
        cluster.write(home.directory());
        return cluster;
    }

    private void awaitNodes(LocalCluster cluster) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + NODES_READY_MAX.toNanos();
        try (Atoll client = Atoll.connect(ConnectOptions.to(cluster))) {
            while (readyCount(client) < plan.workerCount()) {
                for (ServiceProcess process : processes) {
                    process.requireAlive();
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new CommandException(
                            ExitCode.FAILED,
                            "the workers did not find the master within %d s; their logs are in %s"
                                    .formatted(
                                            NODES_READY_MAX.toSeconds(),
                                            home.directory().resolve("logs")));
                }
                TimeUnit.NANOSECONDS.sleep(LOOK_INTERVAL.toNanos());
            }
        }
    }

    private static long readyCount(Atoll client) {
        try {
            return client.nodes().stream()
                    .filter(node -> node.state() == NodeStatus.State.READY)
                    .count();
        } catch (dev.atoll.client.ClusterUnavailableException _) {
            // It does not lead yet.
            return 0;
        } catch (AtollException e) {
            throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()));
        }
    }
}
