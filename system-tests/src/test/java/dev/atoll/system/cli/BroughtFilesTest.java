package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What tasks leave in their directories comes back, without any shared directory. */
@ExtendWith(ClusterExtension.class)
class BroughtFilesTest {
    private final Installation atoll;
    @TempDir private Path directory;

    BroughtFilesTest(Installation atoll) {
        this.atoll = atoll;
    }

    /** Runs a line of shell in the directory. */
    private Invocation.Ended here(String line) throws IOException, InterruptedException {
        return atoll.shell("cd '%s' && %s".formatted(directory, line));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(it -> it.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void filesDirectoriesProgramsAndLinksComeBackAsTheyWere() throws Exception {
        Invocation.Ended ended =
                here(
                        "atoll run --bring out --bring '*.csv' --bring latest -- sh -c 'mkdir -p"
                                + " out/none; : > out/empty; echo \"echo hi\" > out/tool; chmod +x"
                                + " out/tool; echo 1,2 > t.csv; echo no > t.txt; ln -s out latest;"
                                + " echo done'");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).isEqualTo("done\n");
        assertThat(names()).containsExactly("latest", "out", "t.csv");
        assertThat(directory.resolve("out/none")).isEmptyDirectory();
        assertThat(directory.resolve("out/empty")).isEmptyFile();
        assertThat(directory.resolve("out/tool")).isExecutable().hasContent("echo hi\n");
        assertThat(directory.resolve("t.csv")).hasContent("1,2\n");
        assertThat(Files.isExecutable(directory.resolve("t.csv"))).isFalse();
        assertThat(Files.readSymbolicLink(directory.resolve("latest"))).hasToString("out");
    }

    @Test
    void everyTaskOfAMapBringsItsOwnBesideTheResults() throws Exception {
        Invocation.Ended ended =
                here(
                        "atoll map --range 5..7 --bring 'part-{#}/{}.txt' -- sh -c 'mkdir part-{#};"
                                + " echo file {} > part-{#}/{}.txt; echo result {}'");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).isEqualTo("result 5\nresult 6\nresult 7\n");
        assertThat(directory.resolve("part-0/5.txt")).hasContent("file 5\n");
        assertThat(directory.resolve("part-2/7.txt")).hasContent("file 7\n");
    }

    @Test
    void whatATaskDoesNotLeaveFailsIt() throws Exception {
        Invocation.Ended ended =
                here("atoll run --bring there --bring gone.csv -- sh -c 'echo x > there'");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err())
                .isEqualTo("atoll: sh: did not leave all its files (there is no gone.csv)\n");
        assertThat(names()).isEmpty();
    }

    @Test
    void filesCountAgainstTheLimitOfTheOutput() throws Exception {
        Invocation.Ended ended =
                here("atoll run --output-limit 1M --bring big -- head -c 0 /dev/null");
        assertThat(ended.err()).contains("there is no big");

        ended =
                here(
                        "atoll run --output-limit 1M --bring big -- sh -c 'head -c 2000000"
                                + " /dev/zero > big'");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err())
                .contains("more than its output limit")
                .contains("(with the files that it left");
    }

    @Test
    void twoTasksWithTheSameFileAreNamedAndNothingIsBrought() throws Exception {
        Invocation.Ended ended =
                here("atoll map --range 1..2 --bring same -- sh -c 'echo {} > same'");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err())
                .contains("no file was brought: same: was left by task 0 and by task 1");
        assertThat(names()).isEmpty();
    }

    @Test
    void aFileThatIsThereStaysUnlessItIsToBeOverwritten() throws Exception {
        Files.writeString(directory.resolve("a"), "mine");
        int before = atoll.run("jobs").out().lines().toList().size();

        Invocation.Ended refused = here("atoll run --bring a -- sh -c 'echo new > a'");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .isEqualTo("atoll: a: is there already; --overwrite replaces it\n");
        assertThat(atoll.run("jobs").out().lines()).hasSize(before);

        Invocation.Ended late = here("atoll run --bring '?' -- sh -c 'echo new > a; echo b > b'");
        assertThat(late.exitCode()).isEqualTo(1);
        assertThat(late.err()).contains("no file was brought: a: is there already");
        assertThat(names()).containsExactly("a");
        assertThat(directory.resolve("a")).hasContent("mine");

        assertThat(here("atoll run --overwrite --bring a -- sh -c 'echo new > a'").exitCode())
                .isZero();
        assertThat(directory.resolve("a")).hasContent("new\n");
    }

    @Test
    void theFilesOfAJobFromAFileAreBroughtWheneverTheyAreWanted() throws Exception {
        Files.writeString(
                directory.resolve("job.yaml"),
                """
                stages:
                  - name: draw
                    run: echo picture {} > {}.png
                    range: 1..2
                    outputs: '{}.png'
                  - name: tell
                    run: mkdir report; cat > report/all; echo told
                    gather: draw
                    outputs: [report]
                """);

        Invocation.Ended ended =
                here(
                        "job=$(atoll submit --detach job.yaml) && atoll result --files brought"
                                + " \"$job\" && atoll submit job.yaml");

        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).isEqualTo("told\ntold\n");
        for (Path brought : List.of(directory.resolve("brought"), directory)) {
            assertThat(brought.resolve("1.png")).hasContent("picture 1\n");
            assertThat(brought.resolve("2.png")).hasContent("picture 2\n");
            assertThat(brought.resolve("report/all")).isEmptyFile();
        }
    }

    @Test
    void aPathThatLeadsOutIsRefused() throws Exception {
        Invocation.Ended ended = here("atoll run --bring ../x --bring /y -- true");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err())
                .contains("task.outputs[0]: ../x is not allowed")
                .contains("task.outputs[1]: /y is not allowed");
    }
}
