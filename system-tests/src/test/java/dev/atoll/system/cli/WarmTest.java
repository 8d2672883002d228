package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A program that stays, in Python: the example, and what a user may do with its loop. */
@ExtendWith(ClusterExtension.class)
class WarmTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Path EXAMPLE = Path.of("..", "examples", "warm").toAbsolutePath();

    private final Installation atoll;
    @TempDir private Path directory;

    WarmTest(Installation atoll) {
        this.atoll = atoll;
    }

    @Test
    void exampleScoresTextsInOrder() throws Exception {
        Path texts = directory.resolve("texts");
        Files.writeString(texts, "a rose is a rose\nwords\nto be or not to be\n");

        var ended = warm("score.py", EXAMPLE.resolve("score.py"), "--each-line", texts.toString());

        assertThat(ended.out()).isEqualTo("3\ta rose is a rose\n1\twords\n4\tto be or not to be\n");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void interpreterIsStartedOnceForManyTasks() throws Exception {
        Path marks = directory.resolve("starts");
        Path program =
                program(
                        """
                        import atoll_warm
                        open(%r, "a").write("started\\n")
                        atoll_warm.run(lambda task: task.item + b" " + str(task.index).encode() + b"\\n")
                        """
                                .replace("%r", "\"" + marks + "\""));

        var ended = warm("program.py", program, "--range", "1..300");

        String expected =
                IntStream.rangeClosed(1, 300)
                        .mapToObj(i -> i + " " + (i - 1) + "\n")
                        .collect(Collectors.joining());
        assertThat(ended.out()).isEqualTo(expected);
        // Two workers of four processors each.
        assertThat(Files.readAllLines(marks)).hasSizeBetween(1, 8);
    }

    @Test
    void whatATaskSubmitsIsItsOwnChild() throws Exception {
        Path program =
                program(
                        """
                        import atoll_warm, subprocess
                        def submit(task):
                            job = subprocess.check_output(["atoll", "run", "--detach", "true"], text=True)
                            why = subprocess.check_output(["atoll", "why", job.strip()], text=True)
                            return f"{task.job}\\n{why}"
                        atoll_warm.run(submit)
                        """);

        var ended = warm("program.py", program, "--items", "a", "b");

        String job = ended.out().lines().findFirst().orElseThrow();
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out())
                .contains("Task %s/0.0 has submitted it".formatted(job))
                .contains("Task %s/0.1 has submitted it".formatted(job));
    }

    @Test
    void whatTheFunctionRaisesIsTheTasksFailure() throws Exception {
        Path program =
                program(
                        """
                        import atoll_warm
                        def invert(task):
                            print("looking at", task.item)
                            return str(1 / int(task.item)) + "\\n"
                        atoll_warm.run(invert)
                        """);

        var ended = warm("program.py", program, "--items", "1", "0", "2");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).isEqualTo("1.0\n0.5\n");
        assertThat(ended.err())
                .contains("1 of 3 tasks failed")
                .contains(".1: exit code 1 (ZeroDivisionError)")
                .contains("division by zero");
    }

    @Test
    void taskThatHangsIsStopped_andTheOthersGoOn() throws Exception {
        Path program =
                program(
                        """
                        import atoll_warm, threading
                        def maybe_hang(task):
                            if task.item == b"hang":
                                threading.Event().wait()
                            return task.item + b"\\n"
                        atoll_warm.run(maybe_hang)
                        """);

        var ended = warm("program.py", program, "--timeout", "5s", "--items", "a", "hang", "b");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).isEqualTo("a\nb\n");
        assertThat(ended.err()).contains("1 of 3 tasks failed").contains("timeout");
    }

    @Test
    void ctrlCEndsTheProgramsThatHang() throws Exception {
        Path pids = directory.resolve("pids");
        Path program =
                program(
                        """
                        import atoll_warm, os, threading
                        def hang(task):
                            open("%s", "a").write(str(os.getpid()) + "\\n")
                            threading.Event().wait()
                        atoll_warm.run(hang)
                        """
                                .formatted(pids));
        try (Invocation invocation =
                atoll.start(words("program.py", program, "--items", "a", "b"))) {
            await().atMost(PATIENCE)
                    .until(() -> Files.exists(pids) && Files.readAllLines(pids).size() == 2);
            invocation.signal("INT");

            assertThat(invocation.end().exitCode()).isEqualTo(130);
        }
        for (String pid : Files.readAllLines(pids)) {
            await().atMost(PATIENCE).until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
        }
    }

    @Test
    void programThatKnowsNothingOfThisSaysSo() throws Exception {
        var ended = atoll.run("map", "--warm", "--items", "a", "--", "echo", "hello");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err())
                .contains("it does not speak as warm programs do")
                .contains("docs/guides/functions.md");
    }

    @Test
    void whatMakesNoSenseIsRefused() throws Exception {
        var piped = atoll.run("map", "--warm", "--pipe", "/dev/null", "--", "x");
        var brought = atoll.run("map", "--warm", "--bring", "f", "--items", "a", "--", "x");

        assertThat(piped.exitCode()).isEqualTo(2);
        assertThat(piped.err()).contains("--warm takes items that are texts");
        assertThat(brought.exitCode()).isEqualTo(2);
    }

    @Test
    void jobFileSaysWarm() throws Exception {
        Path job = directory.resolve("job.yaml");
        Files.copy(EXAMPLE.resolve("score.py"), directory.resolve("score.py"));
        Files.copy(EXAMPLE.resolve("atoll_warm.py"), directory.resolve("atoll_warm.py"));
        Files.writeString(
                job,
                """
                stages:
                  - name: score
                    warm: true
                    command: [python3, score.py]
                    files: [score.py, atoll_warm.py]
                    items: [a b, c]
                """);

        var ended = atoll.run("submit", job.toString());

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).isEqualTo("2\ta b\n1\tc\n");
    }

    private Path program(String text) throws Exception {
        return Files.writeString(directory.resolve("program.py"), text);
    }

    private Invocation.Ended warm(String name, Path program, String... items) throws Exception {
        return atoll.run(words(name, program, items));
    }

    private static String[] words(String name, Path program, String... items) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "map",
                                "--warm",
                                "--file",
                                EXAMPLE.resolve("atoll_warm.py") + "=atoll_warm.py",
                                "--file",
                                program + "=" + name));
        words.addAll(List.of(items));
        words.addAll(List.of("--", "python3", name));
        return words.toArray(String[]::new);
    }
}
