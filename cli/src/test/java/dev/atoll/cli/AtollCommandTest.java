package dev.atoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.proto.job.v1.Durability;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the command says before it speaks with any cluster. */
class AtollCommandTest {
    @TempDir private Path directory;

    static Stream<String> commands() {
        return Verbs.NAMES.stream()
                .filter(verb ->
                        !List.of("naming", "master", "worker", "serve", "help", "version")
                                .contains(verb));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandTeachesWithExamples(String verb) {
        RecordedShell shell = shell();

        assertThat(shell.run(verb, "--help")).isZero();
        assertThat(shell.out())
                .contains("Usage: atoll " + verb)
                .containsPattern("Examples?:\\R  (job=\\$\\()?(\\S+ .*\\| )?atoll " + verb);
        assertThat(shell.out().lines()).allMatch(line -> line.length() <= 100);
        assertThat(shell.err()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsInTheOverview(String verb) {
        assertThat(Overview.text()).containsPattern("\\b" + verb + "\\b");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void unknownOptionsAreRefused(String verb) {
        RecordedShell shell = shell();

        assertThat(shell.run(verb, "--hlep")).isEqualTo(2);
        assertThat(shell.err())
                .contains("Unknown option: '--hlep'; did you mean --help?")
                .contains("see: atoll " + verb + " --help");
        assertThat(shell.out()).isEmpty();
    }

    @Test
    void withoutWordsItShowsWhatItCanDo() {
        RecordedShell shell = shell();
        assertThat(shell.run()).isEqualTo(2);
        assertThat(shell.err()).isEqualTo(Overview.text());

        RecordedShell asked = shell();
        assertThat(asked.run("--help")).isZero();
        assertThat(asked.out()).isEqualTo(Overview.text());
    }

    @Test
    void anUnknownCommandIsAnsweredWithASuggestion() {
        RecordedShell shell = shell();
        assertThat(shell.run("rnu", "--", "true")).isEqualTo(2);
        assertThat(shell.err()).contains("there is no command rnu; did you mean run?");
    }

    @Test
    void helpAboutACommandIsItsHelp() {
        RecordedShell shell = shell();
        assertThat(shell.run("help", "map")).isZero();
        assertThat(shell.out()).contains("Usage: atoll map");
    }

    @Test
    void withoutAClusterItSaysHowToStartOne() {
        for (String[] words :
                List.of(
                        new String[] {"run", "--", "true"},
                        new String[] {"map", "--range", "1..3", "--", "echo", "{}"},
                        new String[] {"nodes"},
                        new String[] {"why", "1"})) {
            RecordedShell shell = shell();
            assertThat(shell.run(words)).isEqualTo(69);
            assertThat(shell.err()).contains("atoll up");
            assertThat(shell.out()).isEmpty();
        }
    }

    @Test
    void aClusterThatDoesNotAnswerIsNoCluster() {
        RecordedShell shell = shell();
        assertThat(shell.run("--cluster", "127.0.0.1:1", "jobs")).isEqualTo(69);
        assertThat(shell.err()).contains("127.0.0.1:1").contains("atoll up");
    }

    @Test
    void aWrongAddressIsBadInput() {
        RecordedShell shell = shell();
        assertThat(shell.run("jobs", "--cluster", "nonsense")).isEqualTo(2);
        assertThat(shell.err())
                .contains("--cluster must be HOST:PORT of its masters, or naming://HOST:PORT");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "run | what shall be run",
                "run --memory lots -- true | Invalid value for option '--memory': 'lots' is not a"
                        + " size",
                "run --timeout soon -- true | Invalid value for option '--timeout': 'soon' is not a"
                        + " duration",
                "run --cpus many -- true | Invalid value for option '--cpus'",
                "run --env NOT_SET_ANYWHERE -- true | --env NOT_SET_ANYWHERE: the variable is not"
                        + " set here",
                "run --durability three -- true | Invalid value for option '--durability': 'three'"
                        + " is not one or two",
                "map --range 1..2 --durability TWO -- echo | 'TWO' is not one or two",
                "run --retries -1 -- true | --retries must be 0 to 99",
                "map -- echo | which items? Give one of --range",
                "map --range 1..3 --items a -- echo | give only one of --range",
                "map --range 1-3 -- echo | --range must be a range such as 1..100",
                "map --range 1..3 | what shall be run for each item?",
                "map --pipe nowhere.txt -- wc | nowhere.txt: no such file",
                "map --pipe - --block 65M -- wc | --block must be 1 B to 64 MiB, not 65MiB",
                "map --pipe - --delimiter \\q -- wc | --delimiter must be 1 to 256 bytes",
                "map --each-line gone.txt -- echo | gone.txt: no such file",
                "map --range 1..2 --fail-fast --keep-going -- echo | give only one of --fail-fast",
                "kill 17x | '17x' names no job or task",
                "kill --signal NOPE 17 | --signal must be a name",
                "wait 17.3 | a whole job is wanted here, such as 17",
                "logs 0 | '0' names no job or task",
                "why 17/fetch | which task of the stage? For example 17/fetch.0",
                "jobs --limit 0 | --limit must be at least 1",
                "top --interval 1ms | --interval must be at least 100ms",
                "up --workers 0 | --workers must be 1 to 64",
                "up --cpus 0 | --cpus must be more than 0",
                "serve | serve needs the names of the services",
                "submit gone.yaml | gone.yaml: no such file",
                "demo gone.txt | gone.txt: no such file",
                "drain | Missing required parameter: 'NODE'"
            })
    void badInputIsSaidBeforeAnythingIsDone(String words, String message) {
        RecordedShell shell = shell();
        assertThat(shell.run(words.split(" "))).as(words).isEqualTo(2);
        assertThat(shell.err()).contains(message);
        assertThat(shell.err().lines()).allMatch(line -> line.startsWith("atoll: "));
        assertThat(shell.out()).isEmpty();
    }

    @Test
    void aTokenThatOthersCanReadIsRefused() throws Exception {
        Path token = directory.resolve("token");
        Files.writeString(token, "0123456789abcdef");
        Files.setPosixFilePermissions(
                token, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        RecordedShell shell = shell();

        assertThat(shell.run("jobs", "--cluster", "127.0.0.1:1", "--token-file", token.toString()))
                .isEqualTo(2);
        assertThat(shell.err()).contains("chmod 600");
    }

    @Test
    void wordsOfTheCommandArePassedOnAsTheyAre() throws Exception {
        Path file = directory.resolve("words");
        Files.writeString(file, "what is in a file");
        String[] command = {"tool", "@" + file, "@@twice", "-x", "#no comment", "'quoted'", ""};
        try (HearingMaster master = new HearingMaster()) {
            RecordedShell shell = shell();
            List<String> words =
                    new ArrayList<>(List.of("run", "--cluster", master.address(), "-d", "--"));
            words.addAll(List.of(command));
            assertThat(shell.run(words.toArray(String[]::new))).as(shell.err()).isZero();
            assertThat(
                            master.submitted()
                                    .getFirst()
                                    .getSpec()
                                    .getStages(0)
                                    .getTask()
                                    .getCommandList())
                    .containsExactly(command);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "run -d -- true, DURABILITY_TWO",
        "run -d --durability one -- true, DURABILITY_ONE",
        "map -d --range 1..2 --durability two -- echo, DURABILITY_TWO",
        "map -d --range 1..2 --durability=one -- echo, DURABILITY_ONE"
    })
    void howOftenResultsAreKeptIsAskedFor(String words, Durability durability) throws Exception {
        try (HearingMaster master = new HearingMaster()) {
            RecordedShell shell = shell();
            List<String> line = new ArrayList<>(List.of(words.split(" ")));
            line.addAll(1, List.of("--cluster", master.address()));
            assertThat(shell.run(line.toArray(String[]::new))).as(shell.err()).isZero();
            assertThat(master.submitted().getFirst().getSpec().getDurability())
                    .isEqualTo(durability);
        }
    }

    @Test
    void aJobFileSaysHowOftenResultsAreKept() throws Exception {
        Path file = directory.resolve("job.yaml");
        Files.writeString(file, "durability: one\nstages:\n  - command: [date]\n");
        try (HearingMaster master = new HearingMaster()) {
            RecordedShell shell = shell();
            assertThat(shell.run("submit", "--cluster", master.address(), "-d", file.toString()))
                    .as(shell.err())
                    .isZero();
            assertThat(master.submitted().getFirst().getSpec().getDurability())
                    .isEqualTo(Durability.DURABILITY_ONE);
        }
    }

    @Test
    void downWithoutAClusterIsFine() {
        RecordedShell shell = shell();
        assertThat(shell.run("down")).isZero();
        assertThat(shell.err()).contains("no cluster runs here");
    }

    @Test
    void aJobFileCanBeChecked() throws Exception {
        Path file = directory.resolve("job.yaml");
        Files.writeString(file, "stages:\n  - command: [cat]\n    each-file: [missing.txt]\n");
        RecordedShell shell = shell();
        assertThat(shell.run("submit", "--check", file.toString())).isEqualTo(2);
        assertThat(shell.err()).contains("missing.txt: no such file");

        Files.writeString(directory.resolve("missing.txt"), "now it is there");
        assertThat(shell.run("submit", "--check", file.toString())).isZero();
    }

    private RecordedShell shell() {
        return new RecordedShell(directory.resolve("home"));
    }
}
