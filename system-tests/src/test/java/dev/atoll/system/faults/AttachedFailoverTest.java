package dev.atoll.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.naming.testing.RequiresEtcd;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** Commands at a terminal go on when another master leads, and end as if nothing had happened. */
@Tag("system")
@RequiresEtcd
class AttachedFailoverTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    /** Ends when the test has made the file "go": whatever happens until then, it runs. */
    private static final String SCRIPT =
            "echo begin; while [ ! -e %s/go ]; do sleep 0.1; done; echo end; exit 7";

    @TempDir private Path directory;

    @Test
    void runLogsWaitAndMapGoOnWhenTheLeaderIsKilled() throws Exception {
        goOnWithoutTheLeader(ClusterProcess::kill);
    }

    @Test
    void theyGoOnWhenTheLeaderIsFrozen() throws Exception {
        goOnWithoutTheLeader(ClusterProcess::freeze);
    }

    private void goOnWithoutTheLeader(Consumer<ClusterProcess> fault) throws Exception {
        try (FaultCluster cluster = FaultCluster.start(directory, 2);
                UserCommand run =
                        command(cluster, "run", "--", "sh", "-c", SCRIPT.formatted(directory))) {
            run.awaitOut("begin\n");
            try (MarkedJob map =
                            MarkedJob.start(
                                    cluster.address(),
                                    directory.resolve("map"),
                                    60,
                                    Duration.ofMillis(500));
                    UserCommand logs = command(cluster, "logs", "-f", "1.0");
                    UserCommand wait = command(cluster, "wait", "1")) {
                logs.awaitOut("begin\n");
                map.awaitStarts(5);
                String leader = cluster.leader();
                fault.accept(cluster.process(leader));
                Await.until("another leads", LONG, () -> !cluster.leader().equals(leader));
                Files.createFile(directory.resolve("go"));

                assertThat(run.end()).as(run.said()).isEqualTo(7);
                assertThat(run.out()).isEqualTo("begin\nend\n");
                // What failed is not the command that shows it.
                assertThat(logs.end()).as(logs.said()).isZero();
                assertThat(logs.out()).isEqualTo("begin\nend\n");
                assertThat(wait.end()).as(wait.said()).isEqualTo(1);
                MarkedJob.Outcome outcome = map.outcome();
                assertThat(outcome.exitCode()).as(outcome.said()).isZero();
                assertThat(outcome.isExact()).isTrue();
                assertThat(outcome.reruns()).isZero();
            }
        }
    }

    private UserCommand command(FaultCluster cluster, String verb, String... words) {
        return UserCommand.start(directory.resolve(verb + ".out"), cluster.address(), verb, words);
    }
}
