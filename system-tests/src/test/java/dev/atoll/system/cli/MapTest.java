package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.atoll.client.json.Json;
import dev.atoll.client.json.JsonReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** One task for each item, and the results in order. */
@ExtendWith(ClusterExtension.class)
class MapTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Installation atoll;
    @TempDir private Path directory;

    MapTest(Installation atoll) {
        this.atoll = atoll;
    }

    @Test
    void resultsComeInTaskOrder() throws Exception {
        // The first tasks take longest.
        var ended =
                atoll.run(
                        "map",
                        "--range",
                        "1..9",
                        "--",
                        "sh",
                        "-c",
                        "sleep 0.$((9 - {})); echo {} {#}");

        assertThat(ended.out()).isEqualTo("1 0\n2 1\n3 2\n4 3\n5 4\n6 5\n7 6\n8 7\n9 8\n");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void itemsComeFromManyPlaces() throws Exception {
        Files.writeString(directory.resolve("lines"), "a b\n\n$c\nlast");
        Files.writeString(directory.resolve("j.json"), "[\"x\", {\"k\": [1]}, 2]");
        Files.writeString(directory.resolve("f1"), "one");
        Files.writeString(directory.resolve("f2"), "second");

        assertThat(map("--items", "red", "blue", "--", "echo", "<{}>"))
                .isEqualTo("<red>\n<blue>\n");
        assertThat(map("--each-line", directory.resolve("lines").toString(), "--", "echo", "{}"))
                .isEqualTo("a b\n$c\nlast\n");
        assertThat(map("--each-json", directory.resolve("j.json").toString(), "--", "echo", "{}"))
                .isEqualTo("x\n{\"k\":[1]}\n2\n");
        assertThat(map("--each-file", directory + "/f*", "--", "sh", "-c", "basename {}; wc -c"))
                .isEqualTo("f1\n3\nf2\n6\n");
        assertThat(
                        atoll.runWithInput(
                                        "p\nq\n".getBytes(StandardCharsets.UTF_8),
                                        "map",
                                        "--each-line",
                                        "-",
                                        "--",
                                        "echo",
                                        "{}")
                                .out())
                .isEqualTo("p\nq\n");
    }

    @Test
    void blocksOfRecordsAreReducedToOneResult() throws Exception {
        StringBuilder text = new StringBuilder();
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            text.append("x".repeat(random.nextInt(60))).append('\n');
        }
        Path file = directory.resolve("text");
        Files.writeString(file, text);
        String sum = "awk '{ n += $1 } END { print n }'";

        assertThat(
                        map(
                                "--pipe",
                                file.toString(),
                                "--block",
                                "64K",
                                "--reduce",
                                sum,
                                "--",
                                "wc",
                                "-l"))
                .isEqualTo("20000\n");
        assertThat(
                        atoll.runWithInput(
                                        Files.readAllBytes(file),
                                        "map",
                                        "--pipe",
                                        "-",
                                        "--block",
                                        "64K",
                                        "--",
                                        "cat")
                                .out())
                .isEqualTo(text.toString());
    }

    @Test
    void failedTasksAreNamedWithTheirLastWords() throws Exception {
        var ended =
                atoll.run(
                        "map",
                        "--range",
                        "0..5",
                        "--",
                        "sh",
                        "-c",
                        "echo out {}; echo last word of {} >&2; [ {} -ne 3 ]");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).isEqualTo("out 0\nout 1\nout 2\nout 4\nout 5\n");
        assertThat(ended.err())
                .contains("1 of 6 tasks failed")
                .contains(".3: exit code 1")
                .contains("last word of 3")
                .contains("atoll retry");
    }

    @Test
    void failFastStopsTheRest() throws Exception {
        var ended =
                atoll.run(
                        "map",
                        "--fail-fast",
                        "--items",
                        "fail",
                        "sleep",
                        "--",
                        "sh",
                        "-c",
                        "[ {} = sleep ] && exec sleep 600; exit 4");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).contains("exit code 4");
    }

    @Test
    void resultsGoToAFileOrADirectory() throws Exception {
        Path file = directory.resolve("all");
        assertThat(map("--range", "1..3", "--output", file.toString(), "--", "echo", "{}"))
                .isEmpty();
        assertThat(file).hasContent("1\n2\n3");

        Path parts = directory.resolve("parts");
        assertThat(map("--range", "1..3", "--output", parts + "/", "--", "echo", "{}")).isEmpty();
        assertThat(parts.resolve("00000002")).hasContent("3");

        Path broken = directory.resolve("broken");
        var ended =
                atoll.run(
                        "map",
                        "--range",
                        "0..1",
                        "--output",
                        broken.toString(),
                        "--",
                        "sh",
                        "-c",
                        "exit {}");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(broken).doesNotExist();
    }

    @Test
    void programsReadASummary() throws Exception {
        Json.Members summary =
                (Json.Members)
                        JsonReader.parse(map("--range", "1..4", "--json", "--", "echo", "{}"));

        assertThat(summary.members().get("state")).hasToString("\"succeeded\"");
        assertThat(summary.members().get("succeeded")).hasToString("4");
    }

    @Test
    void detachedWorkIsCollectedLater() throws Exception {
        String job = map("--detach", "--range", "1..20", "--", "echo", "{}").strip();
        assertThat(job).matches("[0-9]+");

        assertThat(atoll.run("wait", job).exitCode()).isZero();
        assertThat(atoll.run("result", job).out().lines()).hasSize(20).startsWith("1", "2");
        assertThat(atoll.run("logs", job + ".6").out()).isEqualTo("7\n");
        assertThat(atoll.run("result", "--unordered", job).out().lines()).hasSize(20);
    }

    @Test
    void ctrlCCancelsTheJob() throws Exception {
        try (Invocation invocation =
                atoll.start(
                        "map",
                        "--name",
                        "to-cancel",
                        "--items",
                        "0",
                        "600",
                        "--",
                        "sh",
                        "-c",
                        "echo {}; exec sleep {}")) {
            await().atMost(PATIENCE).until(() -> invocation.outSoFar().equals("0\n"));
            invocation.signal("INT");
            var ended = invocation.end();

            assertThat(ended.exitCode()).isEqualTo(130);
            assertThat(ended.err()).contains("cancelling job");
        }
        var job = jobsNamed("to-cancel").getFirst();
        assertThat(job.members().get("state")).hasToString("\"cancelled\"");
    }

    private List<Json.Members> jobsNamed(String name) throws Exception {
        Json.Elements jobs = (Json.Elements) JsonReader.parse(atoll.run("jobs", "--json").out());
        return jobs.elements().stream()
                .map(Json.Members.class::cast)
                .filter(job -> Json.of(name).equals(job.members().get("name")))
                .toList();
    }

    private String map(String... words) throws Exception {
        String[] all = new String[words.length + 1];
        all[0] = "map";
        System.arraycopy(words, 0, all, 1, words.length);
        var ended = atoll.run(all);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        return ended.out();
    }
}
