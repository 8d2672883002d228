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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts a cluster on this machine and waits until it works; if it does not, nothing is left. */
public final class ClusterStart {
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(25);
    private static final Duration NODES_READY_MAX = Duration.ofSeconds(60);

    private static final String MASTER = "master";

    private final Home home;
    private final ServiceCommand command;
    private final List<Member> kept;
    private final List<ServiceProcess> processes = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private ClusterPlan plan;

    /**
     * @param home where it lives
     * @param environment of this process
     * @param plan what to start
     */
    public ClusterStart(Home home, Map<String, String> environment, ClusterPlan plan) {
        this(home, environment, plan, List.of());
    }

    /**
     * @param kept the processes of that plan which run and go on
     */
    public ClusterStart(
            Home home, Map<String, String> environment, ClusterPlan plan, List<Member> kept) {
        this.home = home;
        this.command = new ServiceCommand(environment);
        this.plan = plan;
        this.kept = List.copyOf(kept);
    }

    /**
     * Starts it, or what is missing of it.
     *
     * @throws CommandException with the last words of the process that failed
     */
    public LocalCluster start() throws IOException, InterruptedException {
        boolean up = false;
        try {
            home.createToken();
            startMaster();
            for (int i = 1; i <= plan.workerCount(); i++) {
                String name = "worker-" + i;
                if (!isKept(name)) {
                    ServiceProcess _ = launch(name, workerFlags(name));
                    note();
                }
            }
            LocalCluster cluster = note();
            awaitNodes(cluster);
            up = true;
            return cluster;
        } finally {
            if (!up) {
                giveUp();
            }
        }
    }

    private void startMaster() throws IOException, InterruptedException {
        if (isKept(MASTER)) {
            return;
        }
        List<String> flags = ServiceFlags.master(home, plan.masterPort(), plan.namingPort());
        ServiceProcess master = launch(MASTER, flags);
        note();
        int naming = port(master.awaitReady("naming"));
        plan = plan.at(port(master.awaitReady(MASTER)), naming);
        plan.write(home.directory());
    }

    private List<String> workerFlags(String name) {
        return ServiceFlags.worker(
                home,
                name,
                ServiceFlags.LOOPBACK + plan.namingPort(),
                plan.cpusPerWorker(),
                memoryBytes() / plan.workerCount(),
                home.workerDirectory(name));
    }

    private boolean isKept(String name) {
        return kept.stream().anyMatch(member -> member.name().equals(name));
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private void giveUp() throws IOException {
        int _ = ClusterStop.stop(members);
        members.clear();
        if (kept.isEmpty()) {
            LocalCluster.remove(home.directory());
        } else {
            LocalCluster _ = note();
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
    private LocalCluster note() throws IOException {
        List<Member> all = new ArrayList<>(kept);
        all.addAll(members);
        // Whoever stops them goes from the last to the first, and the master goes last.
        all.sort(Comparator.comparing(member -> !member.name().equals(MASTER)));
        String address = ServiceFlags.LOOPBACK + plan.masterPort();
        LocalCluster cluster = new LocalCluster(address, home.tokenFile(), all);
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
