package dev.atoll.system.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The demo counts rightly and leaves nothing behind. */
class DemoTest {
    private static final String[] WORDS = {"the", "The", "atoll", "reef", "x1y", "sea-side", "é"};

    @TempDir private Path directory;

    @Test
    void theCountIsThatOfOnePlainProcess() throws Exception {
        Path text = directory.resolve("text");
        Files.createDirectories(text.resolve("more"));
        StringBuilder all = new StringBuilder();
        for (String name : List.of("a.txt", "b.txt", "more/c.txt")) {
            String one = randomText(name.hashCode());
            Files.writeString(text.resolve(name), one);
            all.append(one).append('\n');
        }
        Files.write(text.resolve("binary"), new byte[] {'t', 0, 'x'});
        try (Installation atoll = Installation.create()) {
            var ended = demo(atoll, "--verify", text.toString());

            assertThat(ended.exitCode()).as(ended.err()).isZero();
            assertThat(ended.err())
                    .contains("3 documents")
                    .contains("worker-1 ran")
                    .contains("the same bytes");
            assertThat(ended.out()).isEqualTo(counted(all));
            assertNothingIsLeft();
        }
    }

    /** The same count by other means: the most frequent first, then in the order of the letters. */
    private static String counted(CharSequence text) {
        Map<String, Long> counts =
                Pattern.compile("[A-Za-z]+")
                        .matcher(text)
                        .results()
                        .collect(Collectors.groupingBy(MatchResult::group, Collectors.counting()));
        return counts.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Long>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .map(entry -> entry.getValue() + " " + entry.getKey() + "\n")
                .collect(Collectors.joining());
    }

    @Test
    void anInterruptedDemoLeavesNothing() throws Exception {
        Path text = directory.resolve("text");
        Files.writeString(text, randomText(1));
        try (Installation atoll = Installation.create();
                Invocation demo =
                        new Invocation(new ProcessBuilder(words(atoll, text.toString())))) {
            await().atMost(Duration.ofMinutes(5)).until(() -> !processesBelow().isEmpty());
            demo.signal("INT");

            assertThat(demo.end().exitCode()).isEqualTo(130);
            assertNothingIsLeft();
        }
    }

    private Invocation.Ended demo(Installation atoll, String... arguments) throws Exception {
        try (Invocation demo = new Invocation(new ProcessBuilder(words(atoll, arguments)))) {
            return demo.end();
        }
    }

    /* The directory in the command lines of its processes tells them from all others. */
    private List<String> words(Installation atoll, String... arguments) throws Exception {
        Files.createDirectories(temporary());
        return Stream.concat(
                        Stream.of(
                                "env",
                                "ATOLL_BUILD=never",
                                "ATOLL_JAVA_OPTS=-Djava.io.tmpdir=" + temporary(),
                                atoll.launcher().toString(),
                                "demo"),
                        Stream.of(arguments))
                .toList();
    }

    private Path temporary() {
        return directory.resolve("tmp");
    }

    private void assertNothingIsLeft() throws Exception {
        assertThat(processesBelow()).isEmpty();
        try (Stream<Path> left = Files.list(temporary())) {
            assertThat(left.filter(path -> path.getFileName().toString().startsWith("atoll-demo")))
                    .isEmpty();
        }
    }

    private List<ProcessHandle> processesBelow() {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info()
                                .commandLine()
                                .filter(line -> line.contains(temporary() + "/atoll-demo"))
                                .isPresent())
                .toList();
    }

    private static String randomText(long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            text.append(WORDS[random.nextInt(WORDS.length)])
                    .append(random.nextInt(10) == 0 ? "\n" : " ");
        }
        return text.toString();
    }
}
