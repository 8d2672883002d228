package dev.atoll.cli;

import dev.atoll.cli.local.ClusterPlan;
import dev.atoll.cli.local.ClusterStart;
import dev.atoll.cli.local.ClusterStop;
import dev.atoll.cli.local.Home;
import dev.atoll.cli.local.HomeLock;
import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.cli.shell.Shell;
import dev.atoll.client.local.LocalCluster;
import dev.atoll.client.local.LocalCluster.Member;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Starts a whole cluster on this machine. */
@Command(
        header = "Starts a whole cluster on this machine: a master and some workers.",
        description = {
            "",
            "Every worker is a process with a directory of its own, as if it were a machine. Only"
                + " this user, with the secret in the cluster's directory, can speak with them, and"
                + " only from here. Stopping and starting again keeps jobs and results. Where a"
                + " part of the cluster has died, up starts that part again, and the rest goes on.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  atoll up                        # 2 workers that share the processors",
            "  atoll up --workers 4 --cpus 1",
            "  atoll run -- echo hello",
            "  atoll down"
        },
        sortOptions = false)
final class UpCommand implements Callable<Integer> {
    private static final int WORKERS_MAX = 64;
    private static final int WORKERS_USUAL = 2;
    private static final int PORT_USUAL = 7_401;

    private final Shell shell;

    @Option(
            names = {"-w", "--workers"},
            paramLabel = "N",
            description =
                    "How many workers: 1 to 64. Default: as many as there were before, or else 2.")
    private Optional<Integer> workers = Optional.empty();

    @Option(
            names = "--cpus",
            paramLabel = "N",
            description =
                    "Processors that each worker offers, such as 2 or 0.5. Default: as before, or"
                            + " else this machine's, shared out evenly, at least 1.")
    private Optional<Double> cpus = Optional.empty();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "Where the master listens on 127.0.0.1; 0: any free port. Default: where it"
                            + " did before, or 7401, or any, whichever is free.")
    private Optional<Integer> port = Optional.empty();

    @Mixin private HomeOption homeOption = new HomeOption();

    UpCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Home home = homeOption.home(shell);
        checkOptions();
        home.create();
        try (HomeLock _ = HomeLock.acquire(home)) {
            Optional<LocalCluster> before = LocalCluster.read(home.directory());
            Optional<ClusterPlan> planned = ClusterPlan.read(home.directory());
            List<Member> running =
                    before.map(cluster -> ClusterStop.running(cluster.members())).orElse(List.of());
            if (before.isPresent() && isWhole(before.get(), running, planned)) {
                return alreadyUp(before.get(), planned);
            }
            boolean isRepair = !running.isEmpty() && planned.isPresent() && isAsked(planned.get());
            if (isRepair) {
                shell.say("a part of the cluster was gone: starting it again");
            } else if (!running.isEmpty()) {
                shell.say("a part of the cluster was gone: starting all of it again");
                int _ = ClusterStop.stop(running);
            }
            ClusterPlan plan = isRepair ? planned.get() : plan(planned);
            long startNanos = System.nanoTime();
            LocalCluster cluster =
                    new ClusterStart(
                                    home, shell.environment(), plan, isRepair ? running : List.of())
                            .start();
            return up(cluster, plan, (System.nanoTime() - startNanos) / 1e9);
        }
    }

    /* A repair that failed leaves a state without what it could not start. */
    private static boolean isWhole(
            LocalCluster cluster, List<Member> running, Optional<ClusterPlan> planned) {
        int count = cluster.members().size();
        return running.size() == count
                && planned.map(plan -> count == plan.processCount()).orElse(true);
    }

    /** Whether a plan is what the options ask for. */
    private boolean isAsked(ClusterPlan plan) {
        return workers.orElse(plan.workerCount()) == plan.workerCount()
                && cpus.orElse(plan.cpusPerWorker()) == plan.cpusPerWorker()
                && (port.isEmpty() || port.get() == 0 || port.get() == plan.masterPort());
    }

    private void checkOptions() {
        workers.ifPresent(count -> {
            if (count < 1 || count > WORKERS_MAX) {
                throw CommandException.usage(
                        "--workers must be 1 to %d, not %d".formatted(WORKERS_MAX, count));
            }
        });
        cpus.ifPresent(each -> {
            if (each <= 0 || each > 1_024) {
                throw CommandException.usage("--cpus must be more than 0, up to 1024, not " + each);
            }
        });
    }

    private ClusterPlan plan(Optional<ClusterPlan> before) {
        int count = workers.orElse(before.map(ClusterPlan::workerCount).orElse(WORKERS_USUAL));
        int processors = Runtime.getRuntime().availableProcessors();
        double share = Math.max(1, processors / count);
        double each =
                cpus.orElse(
                        before.filter(it -> it.workerCount() == count)
                                .map(ClusterPlan::cpusPerWorker)
                                .orElse(share));
        int usual = freeOr(PORT_USUAL, 0);
        return new ClusterPlan(
                count,
                each,
                port.orElse(before.map(it -> freeOr(it.masterPort(), usual)).orElse(usual)),
                before.map(it -> freeOr(it.namingPort(), 0)).orElse(0));
    }

    private static int freeOr(int candidate, int otherwise) {
        return isFree(candidate) ? candidate : otherwise;
    }

    private static boolean isFree(int candidate) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), candidate));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private int alreadyUp(LocalCluster cluster, Optional<ClusterPlan> planned) {
        boolean isOther = planned.isPresent() && !isAsked(planned.get());
        shell.say(
                "already up%s: %d workers, master at %s (stop it: atoll down)"
                        .formatted(
                                isOther ? ", with other options" : "",
                                cluster.members().size() - 1,
                                cluster.address()));
        return isOther ? ExitCode.FAILED : ExitCode.OK;
    }

    private int up(LocalCluster cluster, ClusterPlan plan, double seconds) {
        shell.say(
                String.format(
                        Locale.ROOT,
                        "up: %d workers of %s cpus, master at %s (%.1f s)",
                        plan.workerCount(),
                        dev.atoll.cli.terminal.Amounts.decimal(plan.cpusPerWorker()),
                        cluster.address(),
                        seconds));
        if (plan.cpusPerWorker() < 1) {
            shell.say(
                    "tasks need 1 cpu, which no worker has, unless they say less: run --cpus 0.5");
        }
        shell.tell(
                """
                Try:  atoll run -- echo hello
                      atoll map --range 1..10 -- sh -c 'echo {} squared is $(({} * {}))'
                      atoll nodes
                Stop: atoll down
                """);
        return ExitCode.OK;
    }
}
