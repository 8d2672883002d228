package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.atoll.client.local.LocalCluster.Member;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Workers on which everything fails, and tasks that fail on every worker. */
class BadWorkerTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private Installation atoll;
    @TempDir private Path directory;

    @BeforeEach
    void create() throws Exception {
        atoll = Installation.create();
    }

    @AfterEach
    void close() throws Exception {
        atoll.close();
    }

    private void up(int workers) throws Exception {
        Invocation.Ended up =
                atoll.run("up", "--workers", Integer.toString(workers), "--cpus", "4");
        assertThat(up.exitCode()).as(up.err()).isZero();
    }

    private List<Member> workers() throws Exception {
        return atoll.members().stream().filter(it -> it.name().startsWith("worker")).toList();
    }

    @Test
    void aWorkerOnWhichEverythingFailsGetsNoTasksAndHarmsNoJob() throws Exception {
        up(2);
        Path broken = directory.resolve("broken");
        // A task is a child of its worker, so it knows on which one it runs.
        String script =
                "[ $PPID = \"$(cat %s 2> /dev/null)\" ] && exit 1; sleep 0.1; echo {}"
                        .formatted(broken);

        // A command that is wrong everywhere shuts nobody out.
        assertThat(map("1..40", "exit 3").exitCode()).isNotZero();
        assertThat(nodes()).doesNotContain("quarantined");
        assertThat(map("1..40", script).out()).isEqualTo(numbers(40));

        Files.writeString(broken, Long.toString(workers().getFirst().pid()));
        assertThat(map("1..100", script).out()).isEqualTo(numbers(100));
        assertThat(nodes()).contains("quarantined").contains("exit code 1");

        // Who waits for the other worker is told why.
        Path go = directory.resolve("go");
        String waiting = "[ $PPID = $(cat %s) ] && exit 1; while [ ! -e %s ]; do sleep 0.05; done";
        String job =
                atoll.run(
                                "map",
                                "--detach",
                                "--no-backup",
                                "--retries",
                                "9",
                                "--range",
                                "1..20",
                                "--",
                                "sh",
                                "-c",
                                waiting.formatted(broken, go))
                        .out()
                        .strip();
        await("the reason")
                .atMost(PATIENCE)
                .until(() -> atoll.run("why", job).out().contains("is in quarantine: its last"));
        Files.createFile(go);
        assertThat(atoll.run("wait", job).exitCode()).isZero();

        Files.delete(broken);
        String worker =
                nodes().lines()
                        .filter(line -> line.contains("quarantined"))
                        .map(line -> line.split(" ")[0])
                        .findFirst()
                        .orElseThrow();
        assertThat(atoll.run("drain", "--resume", worker).exitCode()).isZero();
        assertThat(nodes()).doesNotContain("quarantined");
    }

    @Test
    void aTaskThatKillsItsWorkersFailsAfterTheThird() throws Exception {
        up(4);
        Path attempts = directory.resolve("attempts");
        String script =
                "[ {} = 2 ] || exec echo {}; echo $ATOLL_ATTEMPT >> %s; kill -9 $PPID; sleep 600"
                        .formatted(attempts);
        Invocation.Ended map = map("1..3", script);
        assertThat(map.exitCode()).isNotZero();
        assertThat(Files.readString(attempts)).isEqualTo("1\n2\n3\n");
        assertThat(map.err()).contains("its worker was lost");
        assertThat(workers().stream().filter(it -> ProcessHandle.of(it.pid()).isPresent()))
                .hasSize(1);
        assertThat(map("1..3", "echo {}").out()).isEqualTo(numbers(3));
    }

    private Invocation.Ended map(String range, String script) throws Exception {
        return atoll.run("map", "--retries", "2", "--range", range, "--", "sh", "-c", script);
    }

    private String nodes() throws Exception {
        return atoll.run("nodes").out();
    }

    private static String numbers(int last) {
        return IntStream.rangeClosed(1, last)
                .mapToObj(number -> number + "\n")
                .collect(Collectors.joining());
    }
}
