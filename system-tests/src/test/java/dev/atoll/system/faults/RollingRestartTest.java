package dev.atoll.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.client.Atoll;
import dev.atoll.client.NodeStatus;
import dev.atoll.naming.testing.RequiresEtcd;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every worker and every master is started anew, one after the other, under load. */
@Tag("system")
@RequiresEtcd
class RollingRestartTest {
    private static final int TASKS = 100;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration IDLE = Duration.ofMillis(2_500);

    @TempDir private Path directory;

    @Test
    void nothingIsLostAndNothingDoneRunsAgain() throws Exception {
        List<MarkedJob> jobs = new ArrayList<>();
        try (FaultCluster cluster = FaultCluster.start(directory, 2);
                Atoll client = Atoll.connect(cluster.address())) {
            for (String worker : cluster.names("worker")) {
                jobs.add(load(cluster, jobs.size()));
                client.drain(worker);
                awaitIdle(client, worker);
                restart(cluster, worker);
                client.resume(worker);
            }
            List<String> standbysFirst = new ArrayList<>(cluster.names("master"));
            String leader = cluster.leader();
            standbysFirst.remove(leader);
            standbysFirst.add(leader);
            for (String master : standbysFirst) {
                jobs.add(load(cluster, jobs.size()));
                restart(cluster, master);
            }

            for (MarkedJob job : jobs) {
                MarkedJob.Outcome outcome = job.outcome();
                assertThat(outcome.exitCode()).as(outcome.said()).isZero();
                assertThat(outcome.isExact()).isTrue();
                assertThat(outcome.reruns()).isZero();
            }
        } finally {
            jobs.forEach(MarkedJob::close);
        }
    }

    /** Lets work run that is in the middle when this returns. */
    private MarkedJob load(FaultCluster cluster, int number) throws InterruptedException {
        MarkedJob job =
                MarkedJob.start(
                        cluster.address(),
                        directory.resolve("job-" + number),
                        TASKS,
                        Duration.ofMillis(250));
        job.awaitStarts(1);
        return job;
    }

    private static void restart(FaultCluster cluster, String name) throws InterruptedException {
        ClusterProcess process = cluster.process(name);
        process.stop();
        process.restart();
        process.awaitReady();
        Await.until(name + " is back", LONG, () -> isBack(cluster, name));
    }

    private static boolean isBack(FaultCluster cluster, String name) throws InterruptedException {
        if (!name.startsWith("worker")) {
            cluster.awaitWhole();
            return true;
        }
        try (Atoll client = Atoll.connect(cluster.address())) {
            return client.nodes().stream()
                    .filter(node -> node.id().equals(name))
                    .anyMatch(node ->
                            node.state() == NodeStatus.State.READY
                                    || node.state() == NodeStatus.State.DRAINING);
        }
    }

    /** One heartbeat may be from before the draining; several in a row are not. */
    private static void awaitIdle(Atoll client, String worker) throws InterruptedException {
        long[] busyNanos = {System.nanoTime()};
        Await.until(
                worker + " runs nothing",
                LONG,
                () -> {
                    if (!isIdle(client, worker)) {
                        busyNanos[0] = System.nanoTime();
                    }
                    return System.nanoTime() - busyNanos[0] > IDLE.toNanos();
                });
    }

    private static boolean isIdle(Atoll client, String worker) {
        return client.nodes().stream()
                .filter(node -> node.id().equals(worker))
                .allMatch(
                        node -> node.load().runningCount() == 0 && node.load().queuedCount() == 0);
    }
}
