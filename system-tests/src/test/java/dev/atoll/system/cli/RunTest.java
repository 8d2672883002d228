package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A task that runs somewhere behaves as a process that runs here. */
@ExtendWith(ClusterExtension.class)
class RunTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Installation atoll;
    @TempDir private Path directory;

    RunTest(Installation atoll) {
        this.atoll = atoll;
    }

    @Test
    void outputsAreKeptApartAndExact() throws Exception {
        var ended = atoll.run("run", "--", "sh", "-c", "printf 'a\\0b'; printf c >&2");

        assertThat(ended.bytes()).containsExactly('a', 0, 'b');
        assertThat(ended.err()).isEqualTo("c");
        assertThat(ended.exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | true",
                "7 | exit 7",
                "255 | exit 255",
                "137 | kill -9 $$",
                "134 | kill -ABRT $$",
                "143 | kill $$"
            })
    void theExitCodeIsThatOfTheTask(int exitCode, String line) throws Exception {
        var ended = atoll.run("run", "--", "sh", "-c", line);

        assertThat(ended.exitCode()).isEqualTo(exitCode);
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void whatCannotBeRunIsSaidAsAShellSaysIt() throws Exception {
        var missing = atoll.run("run", "--", "no-such-program");
        assertThat(missing.exitCode()).isEqualTo(127);
        assertThat(missing.err()).contains("no-such-program").contains("not found");

        var forbidden = atoll.run("run", "--", "/etc/passwd");
        assertThat(forbidden.exitCode()).isEqualTo(126);
        assertThat(forbidden.err()).contains("/etc/passwd");
    }

    @Test
    void aTimeoutEndsTheTask() throws Exception {
        var ended = atoll.run("run", "--timeout", "200ms", "--", "sleep", "600");

        assertThat(ended.exitCode()).isEqualTo(124);
        assertThat(ended.err()).contains("longer than its timeout");
    }

    @Test
    void inputAndOutputAreTheSameBytes() throws Exception {
        byte[] bytes = new byte[5_000_000];
        new Random(3).nextBytes(bytes);

        assertThat(atoll.runWithInput(bytes, "run", "--", "cat").bytes()).isEqualTo(bytes);
    }

    @Test
    void outputComesWhileTheTaskRuns() throws Exception {
        try (Invocation cat = atoll.start("run", "--", "cat")) {
            cat.stdin().write("first\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            cat.stdin().flush();
            await().atMost(PATIENCE).until(() -> cat.outSoFar().equals("first\n"));
            cat.stdin().write("second\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            cat.stdin().close();

            assertThat(cat.end().out()).isEqualTo("first\nsecond\n");
        }
    }

    @Test
    void anOpenInputDoesNotHoldUpTheEnd() throws Exception {
        try (Invocation invocation = atoll.start("run", "--", "echo", "done")) {
            assertThat(invocation.end().out()).isEqualTo("done\n");
        }
    }

    @Test
    void wordsArePassedOnAsTheyAre() throws Exception {
        var ended =
                atoll.run("run", "printf", "%s|", "--", "-x", "a b", "*", "$HOME", "", "{}", "{#}");

        assertThat(ended.out()).isEqualTo("--|-x|a b|*|$HOME||{}|{#}|");
    }

    @Test
    void theEnvironmentIsWhatOneAsksFor() throws Exception {
        var ended =
                atoll.shell(
                        "export MINE=here; atoll run --env MINE --env OWN='a b' --cwd /usr --"
                                + " sh -c 'echo \"$MINE,$OWN,$ATOLL_TASK,$PWD\"'");

        assertThat(ended.out()).isEqualTo("here,a b,0,/usr\n");
    }

    @Test
    void aRetryMayHelp() throws Exception {
        Path tries = directory.resolve("tries");
        var ended =
                atoll.run(
                        "run",
                        "--retries",
                        "2",
                        "--",
                        "sh",
                        "-c",
                        "echo x >> " + tries + "; [ $(wc -l < " + tries + ") -ge 3 ]");

        assertThat(ended.exitCode()).isZero();
        assertThat(Files.readAllLines(tries)).hasSize(3);
    }

    @Test
    void nobodyReadsSoTheTaskEnds() throws Exception {
        var ended = atoll.shell("atoll run -- yes | head -n 2; echo ${PIPESTATUS[0]}");

        assertThat(ended.out()).isEqualTo("y\ny\n141\n");
        assertThat(ended.err()).isEmpty();
        await().atMost(PATIENCE).until(() -> atoll.run("ps", "--json").out().equals("[]\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "QUIT", "HUP"})
    void signalsReachTheTask(String signal) throws Exception {
        String script =
                "trap 'echo caught; exit 42' %s; echo ready; while :; do sleep 0.05; done"
                        .formatted(signal);
        try (Invocation invocation = atoll.start("run", "--", "sh", "-c", script)) {
            await().atMost(PATIENCE).until(() -> invocation.outSoFar().contains("ready"));
            invocation.signal(signal);
            var ended = invocation.end();

            assertThat(ended.exitCode()).isEqualTo(42);
            assertThat(ended.out()).isEqualTo("ready\ncaught\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
    void aSignalEndsATaskThatDoesNotCatchIt(String signal, int exitCode) throws Exception {
        try (Invocation invocation =
                atoll.start("run", "--", "sh", "-c", "echo ready; exec sleep 600")) {
            await().atMost(PATIENCE).until(() -> invocation.outSoFar().contains("ready"));
            invocation.signal(signal);

            assertThat(invocation.end().exitCode()).isEqualTo(exitCode);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".0"})
    void whatAnotherHasCancelledHasNotSucceeded(String task) throws Exception {
        String command = "echo ready; echo $ATOLL_PARENT >&2; exec sleep 600";
        try (Invocation invocation = atoll.start("run", "--", "sh", "-c", command)) {
            await().atMost(PATIENCE).until(() -> invocation.outSoFar().contains("ready"));
            await().atMost(PATIENCE).until(() -> invocation.errSoFar().contains("@"));
            String said = invocation.errSoFar();
            String job = said.substring(0, said.indexOf('/'));
            assertThat(atoll.run("kill", job + task).exitCode()).isZero();
            var ended = invocation.end();

            assertThat(ended.exitCode()).as(ended.err()).isEqualTo(143);
            assertThat(ended.err()).contains("sh: cancelled; why: atoll why " + job);
        }
    }

    @Test
    void whoIsKilledHangsUp() throws Exception {
        Path heard = directory.resolve("heard");
        String script = "trap 'echo HUP > %s; exit' HUP; echo ready; while :; do sleep 0.05; done";
        try (Invocation invocation =
                atoll.start("run", "--", "sh", "-c", script.formatted(heard))) {
            await().atMost(PATIENCE).until(() -> invocation.outSoFar().contains("ready"));
            invocation.signal("KILL");
        }
        await().atMost(PATIENCE).until(() -> Files.exists(heard) && Files.size(heard) > 0);
    }

    @Test
    void aSignalBeforeTheTaskRunsCancelsIt() throws Exception {
        try (Invocation invocation = atoll.start("run", "--label", "no=such", "--", "true")) {
            await().atMost(PATIENCE)
                    .until(() -> atoll.run("jobs", "--active").out().contains("queued"));
            invocation.signal("INT");

            assertThat(invocation.end().exitCode()).isEqualTo(130);
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129", "QUIT, 131"})
    void aSignalBeforeTheClusterAnswersEndsTheCommand(String signal, int exitCode)
            throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Invocation invocation =
                        atoll.start(
                                "run",
                                "--cluster",
                                "127.0.0.1:" + silent.getLocalPort(),
                                "--",
                                "true");
                Socket _ = silent.accept()) {
            invocation.signal(signal);

            assertThat(invocation.end().exitCode()).isEqualTo(exitCode);
        }
    }

    @Test
    void xargsRunsManyAtOnce() throws Exception {
        var ended = atoll.shell("seq 100 | xargs -P 8 -I{} atoll run -- echo {}");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out().lines().mapToInt(Integer::parseInt).sorted().boxed())
                .isEqualTo(IntStream.rangeClosed(1, 100).boxed().collect(Collectors.toList()));
    }

    @Test
    void makeRunsItsRecipesSomewhere() throws Exception {
        Files.writeString(
                directory.resolve("Makefile"),
                """
                parts = 1 2 3 4 5 6 7 8
                all: $(addprefix out/,$(parts))
                \tatoll run --cwd $(CURDIR) -- sh -c 'cat $(sort $^) > sum'
                out/%:
                \t@mkdir -p out
                \tatoll run --cwd $(CURDIR) -- sh -c 'echo $* > $@'
                broken:
                \tatoll run -- sh -c 'exit 3'
                """);
        var built = atoll.shell("make -j4 -s -C " + directory);
        assertThat(built.err()).isEmpty();
        assertThat(built.exitCode()).isZero();
        assertThat(directory.resolve("sum")).hasContent("1\n2\n3\n4\n5\n6\n7\n8");

        var broken = atoll.shell("make -s -C " + directory + " broken");
        assertThat(broken.exitCode()).isEqualTo(2);
        assertThat(broken.err()).contains("Error 3");
    }
}
