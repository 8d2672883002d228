package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/** The commands of a pipe run on three workers, and end as they do in a shell. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PipesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int INPUT_BYTES = 24 << 20;
    private static final int PIECES = 1_000;

    private Installation atoll;
    @TempDir private Path directory;

    @BeforeAll
    void up() throws Exception {
        atoll = started();
    }

    @AfterAll
    void down() throws Exception {
        atoll.close();
    }

    private static Installation started() throws Exception {
        Installation installation = Installation.create();
        Invocation.Ended up = installation.run("up", "--workers", "3", "--cpus", "2");
        assertThat(up.exitCode()).as(up.err()).isZero();
        return installation;
    }

    @Test
    void itWritesWhatAShellWrites() throws Exception {
        byte[] input = new byte[INPUT_BYTES];
        new Random(5).nextBytes(input);
        Path local = directory.resolve("input");
        Files.write(local, input);

        Invocation.Ended here =
                atoll.shell("tr a-m A-M < %s | od -An -tx1 | cksum".formatted(local));
        Invocation.Ended there =
                atoll.runWithInput(input, "sh", "tr a-m A-M | od -An -tx1 | (cksum; echo err >&2)");

        assertThat(there.exitCode()).as(there.err()).isZero();
        assertThat(there.out()).isEqualTo(here.out());
        assertThat(there.err()).isEqualTo("err\n");
    }

    @Test
    void eachCommandRunsOnAWorkerOfItsOwn() throws Exception {
        Invocation.Ended ended =
                atoll.run("sh", "echo $PPID | (cat; echo $PPID) | (cat; echo $PPID)");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out().lines()).hasSize(3).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "0 ; 0 ; true | true",
                "3 ; 3 ; true | exit 3",
                "0 ; 4 ; exit 4 | cat",
                "0 ; 5 ; exit 4 | exit 5 | cat",
                "7 ; 7 ; exit 4 | exit 7",
                "0 ; 127 ; no-such-program 2> /dev/null | cat",
                "0 ; 141 ; yes | head -n 1 > /dev/null",
                "0 ; 0 ; sleep 0.2 | true",
                "9 ; 9 ; exit 9"
            })
    void theExitCodeIsThatOfTheLastOrWithPipefailOfTheLastThatFailed(
            int plain, int pipefail, String line) throws Exception {
        assertThat(atoll.run("sh", line))
                .returns(plain, it -> it.exitCode())
                .returns("", it -> it.err());
        assertThat(atoll.run("sh", "-o", "pipefail", line).exitCode()).isEqualTo(pipefail);
    }

    @Test
    void whoWritesToACommandThatHasEndedGetsSigpipe() throws Exception {
        Invocation.Ended ended = atoll.run("sh", "yes | cat | head -n 2");
        assertThat(ended.out()).isEqualTo("y\ny\n");
        assertThat(ended.exitCode()).isZero();

        Path left = directory.resolve("left");
        // The first one sees the signal, and not only the end of its reader.
        Invocation.Ended first =
                atoll.run("sh", "( sh -c 'exec yes'; echo $? > " + left + " ) | head -n 1");
        assertThat(first.out()).isEqualTo("y\n");
        assertThat(Files.readString(left)).isEqualTo("141\n");
    }

    @Test
    void aWriterWaitsWhileItsReaderDoesNotRead() throws Exception {
        Path written = directory.resolve("written");
        Path go = directory.resolve("go");
        Files.createFile(written);
        String writer =
                "i=0; while [ $i -lt %d ]; do head -c 65536 /dev/zero; i=$((i+1)); echo $i > %s; done"
                        .formatted(PIECES, written);
        String reader = "while [ ! -e %s ]; do sleep 0.05; done; wc -c".formatted(go);
        try (Invocation pipe = atoll.start("sh", "(" + writer + ") | (" + reader + ")")) {
            AtomicReference<String> before = new AtomicReference<>("");
            await("that the writer stands still")
                    .during(Duration.ofSeconds(2))
                    .atMost(PATIENCE)
                    .until(() -> {
                        String now = Files.readString(written);
                        return now.equals(before.getAndSet(now)) && !now.isBlank();
                    });
            // What fits into two pipes of the system and a stream between two workers.
            assertThat(Integer.parseInt(before.get().strip())).isLessThan(PIECES / 3);
            Files.createFile(go);

            assertThat(pipe.end().out().strip()).isEqualTo(Integer.toString(PIECES * 65_536));
        }
    }

    @Test
    void inputAndOutputFlowWhileItRuns() throws Exception {
        try (Invocation pipe = atoll.start("sh", "cat | cat | cat")) {
            pipe.stdin().write("first\n".getBytes(StandardCharsets.UTF_8));
            pipe.stdin().flush();
            await().atMost(PATIENCE).until(() -> pipe.outSoFar().equals("first\n"));
            pipe.stdin().close();

            assertThat(pipe.end().out()).isEqualTo("first\n");
        }
    }

    @Test
    void ctrlCEndsThemAll() throws Exception {
        Path pids = directory.resolve("interrupted");
        String part = "echo $$ >> %s; exec sleep 600".formatted(pids);
        String line = "{ %1$s; } | { %1$s; } | { %1$s; }".formatted(part);
        try (Invocation pipe = atoll.start("sh", line)) {
            await("all three").atMost(PATIENCE).until(() -> pids(pids).size() == 3);
            pipe.signal("INT");

            assertThat(pipe.end().exitCode()).isEqualTo(130);
        }
        awaitGone(pids);
    }

    @Test
    void aCancelEndsThemAll() throws Exception {
        Path pids = directory.resolve("cancelled");
        String part = "echo $$ >> %s; exec sleep 600".formatted(pids);
        try (Invocation pipe =
                atoll.start(
                        "sh", "--name", "to-cancel", "{ %s; } | { %s; }".formatted(part, part))) {
            await("both").atMost(PATIENCE).until(() -> pids(pids).size() == 2);
            String job =
                    atoll.run("jobs")
                            .out()
                            .lines()
                            .filter(it -> it.contains("to-cancel"))
                            .map(it -> it.strip().split(" ")[0])
                            .findFirst()
                            .orElseThrow();
            assertThat(atoll.run("kill", job).exitCode()).isZero();

            Invocation.Ended ended = pipe.end();
            assertThat(ended.exitCode()).isEqualTo(143);
            assertThat(ended.err().lines()).hasSize(1);
        }
        awaitGone(pids);
    }

    @Test
    void aCommandThatNoWorkerCanRunIsNamed_withWhatItNeeds() throws Exception {
        try (Invocation pipe = atoll.start("sh", "--label", "zone=moon", "cat | cat")) {
            await("the reason")
                    .atMost(PATIENCE)
                    .until(() -> pipe.errSoFar().contains("no worker that is here can ever run"));
            assertThat(pipe.errSoFar()).contains("zone=moon");
            pipe.signal("INT");
            assertThat(pipe.end().exitCode()).isEqualTo(130);
        }
    }

    @Test
    void aPipeThatIsTooLargeIsToldWhatItWaitsFor() throws Exception {
        try (Invocation pipe = atoll.start("sh", "--cpus", "2", "cat | cat | cat | cat")) {
            await("the reason")
                    .atMost(PATIENCE)
                    .until(() -> pipe.errSoFar().contains("there is room for 3 of them"));
            pipe.signal("INT");
            assertThat(pipe.end().exitCode()).isEqualTo(130);
        }
    }

    @Test
    void aLostWorkerEndsTheWholePipeWhichIsNotTriedAgain() throws Exception {
        try (Installation own = started()) {
            Path pids = directory.resolve("lost");
            Path worker = directory.resolve("worker");
            String line =
                    "{ echo $$ >> %1$s; exec yes; } | { echo $$ >> %1$s; echo $PPID > %2$s; exec"
                            + " cat; } | { echo $$ >> %1$s; exec cat > /dev/null; }";
            try (Invocation pipe = own.start("sh", line.formatted(pids, worker))) {
                await("all three").atMost(PATIENCE).until(() -> pids(pids).size() == 3);
                long lost = Long.parseLong(Files.readString(worker).strip());
                ProcessHandle.of(lost).orElseThrow().destroyForcibly();

                Invocation.Ended ended = pipe.end();
                assertThat(ended.exitCode()).as(ended.err()).isEqualTo(75);
                assertThat(ended.err().lines()).hasSize(1);
                assertThat(ended.err()).contains("the pipe was stopped");
            }
            awaitGone(pids);
            assertThat(pids(pids)).hasSize(3);
        }
    }

    private static List<String> pids(Path file) throws Exception {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static void awaitGone(Path pids) throws Exception {
        for (String pid : pids(pids)) {
            await("the end of " + pid)
                    .atMost(PATIENCE)
                    .until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
        }
    }
}
