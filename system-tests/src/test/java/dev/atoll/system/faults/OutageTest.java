package dev.atoll.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.naming.testing.RequiresEtcd;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * While etcd or the naming service is away, what runs goes on, everybody says what is wrong, and
 * when it is back the cluster needs nobody to go on.
 */
@Tag("system")
@RequiresEtcd
class OutageTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String BACK = "The naming service is back";

    /** Longer than any lease, and than anybody's patience with another process. */
    private static final Duration OUTAGE = Duration.ofSeconds(60);

    /** Counts for as long as there is no file "go". */
    private static final String SCRIPT =
            "i=0; while [ ! -e %1$s/go ]; do i=$((i+1)); echo $i >> %1$s/counted; sleep 0.1; done;"
                    + " echo end";

    @TempDir private static Path clusterDirectory;
    private static FaultCluster cluster;

    @TempDir private Path directory;

    @BeforeAll
    static void start() throws Exception {
        cluster = FaultCluster.start(clusterDirectory, 2);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** What else happens during an outage. */
    private interface Meanwhile {
        void happens() throws Exception;
    }

    @Test
    void etcdIsFrozenForAMinute() throws Exception {
        List<String> etcd = cluster.names("etcd");
        Path begun = directory.resolve("begun");
        AtomicReference<UserCommand> later = new AtomicReference<>();
        try {
            isSurvived(
                    () -> etcd.forEach(name -> cluster.process(name).freeze()),
                    () -> {
                        later.set(start("later.out", "echo ran >> %s".formatted(begun)));
                        long beginNanos = System.nanoTime();
                        Await.until(
                                "a minute is over",
                                LONG,
                                () -> System.nanoTime() - beginNanos > OUTAGE.toNanos());
                        // Nobody could have promised it.
                        assertThat(begun).doesNotExist();
                    },
                    () -> etcd.forEach(name -> cluster.process(name).thaw()));
            assertThat(later.get().end()).as(later.get().said()).isZero();
        } finally {
            Optional.ofNullable(later.get()).ifPresent(UserCommand::close);
        }
        assertThat(Files.readString(begun)).isEqualTo("ran\n");
    }

    @Test
    void theNamingServiceIsCutOff() throws Exception {
        List<String> naming = cluster.names("naming");
        isSurvived(
                () -> naming.forEach(name -> cluster.network().cut(name, Network.Cut.SILENT)),
                () -> {},
                () -> naming.forEach(name -> cluster.network().heal(name)));
    }

    private void isSurvived(Runnable begins, Meanwhile meanwhile, Runnable ends) throws Exception {
        try (UserCommand run = start("run.out", SCRIPT.formatted(directory));
                MarkedJob map =
                        MarkedJob.start(
                                cluster.address(),
                                directory.resolve("map"),
                                60,
                                Duration.ofMillis(500))) {
            map.awaitStarts(5);
            Await.until("the task counts", LONG, () -> counted() > 0);
            begins.run();
            awaitHealth("degraded: ", true);
            Await.until("the user is told", LONG, () -> isTold(run) || isTold(map));
            long countedBefore = counted();
            Await.until("the task goes on", LONG, () -> counted() > countedBefore + 20);
            meanwhile.happens();
            ends.run();
            awaitHealth("degraded: ", false);
            Files.createFile(directory.resolve("go"));

            assertThat(run.end()).as(run.said()).isZero();
            assertThat(run.out()).isEqualTo("end\n");
            assertThat(Files.readAllLines(directory.resolve("counted"))).doesNotHaveDuplicates();
            MarkedJob.Outcome outcome = map.outcome();
            assertThat(outcome.exitCode()).as(outcome.said()).isZero();
            assertThat(outcome.isExact()).isTrue();
            assertThat(outcome.reruns()).isZero();
            for (String worker : cluster.names("worker")) {
                assertThat(cluster.log(worker)).contains("naming service cannot be had", BACK);
            }
            cluster.awaitWhole();
        }
    }

    private UserCommand start(String out, String script) {
        return UserCommand.start(
                directory.resolve(out), cluster.address(), "run", "--", "sh", "-c", script);
    }

    private static boolean isTold(UserCommand command) throws Exception {
        return command.said().contains("waiting for the cluster: ");
    }

    private static boolean isTold(MarkedJob job) throws Exception {
        return job.said().contains("waiting for the cluster: ");
    }

    private static void awaitHealth(String says, boolean isSaid) throws Exception {
        for (String kind : List.of("master", "worker")) {
            for (String name : cluster.names(kind)) {
                Await.until(
                        "the health of %s says %s: %s".formatted(name, says, isSaid),
                        LONG,
                        () -> cluster.health(name).contains(says) == isSaid);
            }
        }
    }

    private long counted() throws Exception {
        Path file = directory.resolve("counted");
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }
}
