package dev.atoll.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.naming.testing.RequiresEtcd;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * While etcd has no room left, what runs goes on, nothing new is promised, and everybody says why.
 * When it has room again the cluster needs nobody to go on.
 */
@Tag("system")
@RequiresEtcd
class EtcdFullTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int QUOTA_BYTES = 4 << 20;
    private static final String WHY = "the ledger cannot be written";
    private static final String REASON = "etcd has no room left";

    @TempDir private Path directory;

    @Test
    void nothingIsLostAndEverybodyIsToldWhy() throws Exception {
        Path started = directory.resolve("started");
        try (FaultCluster cluster =
                        FaultCluster.start(directory.resolve("cluster"), 2, EtcdFullTest::small);
                EtcdRoom room = new EtcdRoom(cluster.etcdClients());
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
                assertThat(nodes(cluster)).contains("worker-1", "worker-2", "worker-3");
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

    private static List<String> small(String name, Path state, List<String> command) {
        List<String> all = new ArrayList<>(command);
        if (name.startsWith("etcd")) {
            all.add("--quota-backend-bytes=" + QUOTA_BYTES);
        }
        return all;
    }

    private static boolean isWhy(String said) {
        return said.contains(WHY) && said.contains(REASON);
    }

    private String nodes(FaultCluster cluster) throws Exception {
        try (UserCommand nodes =
                UserCommand.start(directory.resolve("nodes.out"), cluster.address(), "nodes")) {
            assertThat(nodes.end()).as(nodes.said()).isZero();
            return nodes.out();
        }
    }
}
