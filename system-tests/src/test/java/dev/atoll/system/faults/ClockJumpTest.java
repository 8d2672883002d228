package dev.atoll.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.client.Atoll;
import dev.atoll.client.JobStatus;
import dev.atoll.client.StageRequest;
import dev.atoll.naming.testing.RequiresEtcd;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Wall clocks that jump decide nothing: no lease ends, nobody is given up, nothing runs again. */
@Tag("system")
@RequiresEtcd
class ClockJumpTest {
    private static final Duration JUMP = Duration.ofSeconds(300);
    private static final Duration LONG = Duration.ofMinutes(2);

    /** Longer than any lease and any patience between processes. */
    private static final int TASKS_AFTER_A_JUMP = 36;

    @TempDir private Path directory;

    @Test
    void nothingIsLostAndNobodyIsGivenUp() throws Exception {
        Clocks clocks =
                new Clocks(
                        directory.resolve("clocks"),
                        Set.of("master-1", "master-2", "worker-1", "naming-1"));
        try (FaultCluster cluster = FaultCluster.start(directory.resolve("cluster"), 2, clocks);
                MarkedJob map =
                        MarkedJob.start(
                                cluster.address(),
                                directory.resolve("map"),
                                120,
                                Duration.ofMillis(500))) {
            String leader = cluster.leader();
            List<String> victims = List.of(leader, "worker-1", "naming-1");
            for (String victim : victims) {
                assertThat(clocks.isObeyedBy(cluster.process(victim))).as(victim).isTrue();
            }
            map.awaitStarts(6);
            Map<String, Integer> before = new HashMap<>();
            for (String name : cluster.names("")) {
                before.put(name, cluster.log(name).length());
            }
            victims.forEach(victim -> clocks.set(victim, JUMP));
            awaitClockOfLeader(cluster.address(), JUMP);
            map.awaitStarts(map.startCount() + TASKS_AFTER_A_JUMP);
            victims.forEach(victim -> clocks.set(victim, JUMP.negated()));
            awaitClockOfLeader(cluster.address(), JUMP.negated());

            MarkedJob.Outcome outcome = map.outcome();
            assertThat(outcome.exitCode()).as(outcome.said()).isZero();
            assertThat(outcome.isExact()).isTrue();
            assertThat(outcome.reruns()).isZero();
            assertThat(cluster.leader()).isEqualTo(leader);
            for (String name : List.of("master-1", "master-2", "worker-1", "naming-1")) {
                assertThat(cluster.log(name).substring(before.getOrDefault(name, 0)))
                        .as(name)
                        .doesNotContain("WARN", "ERROR");
            }

            // Whoever starts anew is newer than before, also by a clock that says otherwise.
            for (String victim : List.of("worker-1", leader)) {
                cluster.process(victim).stop();
                cluster.process(victim).restart();
                cluster.process(victim).awaitReady();
                cluster.awaitWhole();
            }
            try (MarkedJob after =
                    MarkedJob.start(
                            cluster.address(), directory.resolve("after"), 20, Duration.ZERO)) {
                MarkedJob.Outcome again = after.outcome();
                assertThat(again.exitCode()).as(again.said()).isZero();
                assertThat(again.isExact()).isTrue();
                assertThat(again.reruns()).isZero();
            }
        }
    }

    /** A leader stamps the jobs that it accepts. */
    private static void awaitClockOfLeader(String cluster, Duration ahead) throws Exception {
        try (Atoll client = Atoll.connect(cluster)) {
            Await.until(
                    "the clock of the leader is %s ahead".formatted(ahead),
                    LONG,
                    () -> {
                        JobStatus job =
                                client.submit(StageRequest.command("true").build()).waitForEnd();
                        Duration wrong =
                                Duration.between(
                                        Instant.now().plus(ahead), job.createTime().orElseThrow());
                        return wrong.abs().compareTo(JUMP.dividedBy(10)) < 0;
                    });
        }
    }
}
