package dev.atoll.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.client.Atoll;
import dev.atoll.naming.testing.RequiresEtcd;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Disks that run full in the middle of a job: what runs goes on, nothing new is begun that could
 * not be kept, and everybody says why. When there is room again the cluster needs nobody to go on.
 */
@Tag("system")
@RequiresEtcd
class NoRoomTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int ETCD_QUOTA_BYTES = 4 << 20;
    private static final String WHY = "the ledger cannot be written";
    private static final String REASON = "etcd has no room left";
    private static final String FULL = "its disk is full";

    @TempDir private static Path clusterDirectory;
    private static FaultCluster cluster;

    @TempDir private Path directory;

    @BeforeAll
    static void start() throws Exception {
        SmallDisks disks = new SmallDisks(Set.of("worker-1", "worker-2", "worker-3"), "96m");
        cluster =
                FaultCluster.start(
                        clusterDirectory,
                        2,
                        (name, state, command) ->
                                name.startsWith("etcd")
                                        ? withQuota(command)
                                        : disks.around(name, state, command));
    }

    private static List<String> withQuota(List<String> command) {
        List<String> all = new ArrayList<>(command);
        all.add("--quota-backend-bytes=" + ETCD_QUOTA_BYTES);
        return all;
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void etcdIsFull() throws Exception {
        Path started = directory.resolve("started");
        try (EtcdRoom room = new EtcdRoom(cluster.etcdClients());
                MarkedJob map =
                        MarkedJob.start(
                                cluster.address(),
                                directory.resolve("map"),
                                60,
                                Duration.ofMillis(500))) {
            map.awaitStarts(5);
            room.fill();
            int startsBefore = map.startCount();
            try (UserCommand run =
                    UserCommand.start(
                            directory.resolve("run.out"),
                            cluster.address(),
                            "run",
                            "--",
                            "sh",
                            "-c",
                            "echo ran >> %s; echo end".formatted(started))) {
                String leader = cluster.leader();
                Await.until(
                        "the health of the leader says why",
                        LONG,
                        () -> isWhy(cluster.health(leader)));
                Await.until("the user of the map is told", LONG, () -> isWhy(map.said()));
                Await.until("the user of the run is told", LONG, () -> isWhy(run.said()));
                assertThat(nodes()).contains("worker-1", "worker-2", "worker-3");
                assertThat(map.startCount()).isGreaterThan(startsBefore);
                assertThat(started).doesNotExist();
                room.free();

                assertThat(run.end()).as(run.said()).isZero();
                assertThat(run.out()).isEqualTo("end\n");
                assertThat(Files.readString(started)).isEqualTo("ran\n");
                MarkedJob.Outcome outcome = map.outcome();
                assertThat(outcome.exitCode()).as(outcome.said()).isZero();
                assertThat(outcome.isExact()).isTrue();
                assertThat(outcome.reruns()).isZero();
                assertThat(cluster.health(leader)).doesNotContain("degraded");
                assertThat(cluster.leader()).isEqualTo(leader);
            }
        }
    }

    @Test
    void workersAreFull() throws Exception {
        List<String> workers = cluster.names("worker");
        try (MarkedJob map =
                MarkedJob.start(
                        cluster.address(), directory.resolve("map"), 90, Duration.ofMillis(500))) {
            map.awaitStarts(5);
            // One is full: the others do the work.
            fill("worker-1");
            awaitState("worker-1", "draining");
            Await.until("its health says it", LONG, () -> isFull(cluster.health("worker-1")));
            map.awaitStarts(map.startCount() + 10);
            // All are: what runs ends, and the rest waits.
            fill("worker-2");
            fill("worker-3");
            awaitState("worker-3", "draining");
            try (Atoll client = Atoll.connect(cluster.address())) {
                Await.until(
                        "why says it",
                        LONG,
                        () ->
                                client.jobs(true)
                                        .flatMap(job ->
                                                client.job(job.id().value()).explain().stream())
                                        .anyMatch(NoRoomTest::isFull));
            }
            Path input = Files.write(directory.resolve("input"), new byte[1 << 20]);
            try (UserCommand pipe =
                    UserCommand.start(
                            directory.resolve("pipe.out"),
                            cluster.address(),
                            "map",
                            "--pipe",
                            input.toString(),
                            "--",
                            "wc",
                            "-c")) {
                Await.until(
                        "who uploads is told",
                        LONG,
                        () -> pipe.said().contains("no worker is here that has room"));
                for (String worker : workers) {
                    SmallDisks.free(
                            cluster.process(worker).pid(), cluster.directory().resolve(worker));
                }

                assertThat(pipe.end()).as(pipe.said()).isZero();
                assertThat(pipe.out()).isEqualTo((1 << 20) + "\n");
            }
            MarkedJob.Outcome outcome = map.outcome();
            assertThat(outcome.exitCode()).as(outcome.said()).isZero();
            assertThat(outcome.isExact()).isTrue();
            for (String worker : workers) {
                awaitState(worker, "ready");
                assertThat(isFull(cluster.health(worker))).isFalse();
                assertThat(cluster.log(worker)).contains(FULL, "the disk has room again");
            }
        }
    }

    private static boolean isWhy(String said) {
        return said.contains(WHY) && said.contains(REASON);
    }

    private String nodes() throws Exception {
        try (UserCommand nodes =
                UserCommand.start(directory.resolve("nodes.out"), cluster.address(), "nodes")) {
            assertThat(nodes.end()).as(nodes.said()).isZero();
            return nodes.out();
        }
    }

    private static void fill(String worker) throws Exception {
        SmallDisks.fill(cluster.process(worker).pid(), cluster.directory().resolve(worker));
    }

    private static boolean isFull(String said) {
        return said.contains(FULL);
    }

    private static void awaitState(String worker, String state) throws Exception {
        try (Atoll client = Atoll.connect(cluster.address())) {
            Await.until(
                    "%s is %s".formatted(worker, state),
                    LONG,
                    () ->
                            client.nodes().stream()
                                    .filter(node -> node.id().equals(worker))
                                    .filter(node -> state.equals("ready") || isFull(node.reason()))
                                    .anyMatch(node -> node.state().name().equalsIgnoreCase(state)));
        }
    }
}
