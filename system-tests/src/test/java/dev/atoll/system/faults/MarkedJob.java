package dev.atoll.system.faults;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A job that a user waits for at a terminal, and whose tasks leave a mark on the disk each time
 * that they run.
 */
final class MarkedJob implements AutoCloseable {
    private static final Duration END_MAX = Duration.ofMinutes(5);
    private static final String SCRIPT =
            "echo $(date +%%s%%N) $PWD >> %s/{}; sleep %s; echo result {}";

    private final Path directory;
    private final int tasks;
    private final Process command;

    /**
     * What has become of a job.
     *
     * @param exitCode of the command that the user waited for
     * @param lost results that are missing
     * @param duplicated results that are there more than once
     * @param isExact whether the bytes are those that were to be
     * @param reruns executions beyond the first of each task
     * @param starts when and where tasks began, by the clock of this machine; in order
     * @param said what the command had to say
     */
    record Outcome(
            int exitCode,
            int lost,
            int duplicated,
            boolean isExact,
            int reruns,
            List<Start> starts,
            String said) {

        /** The longest time between the starts of two tasks. */
        Duration longestPause() {
            return longest(0).length();
        }

        /** When the longest pause was over that ended after a moment. */
        Duration goesOnAfter(long epochNanos) {
            Pause pause = longest(epochNanos);
            return Duration.ofNanos(Math.max(0, pause.endNanos() - epochNanos));
        }

        private Pause longest(long sinceNanos) {
            Pause longest = new Pause(Duration.ZERO, sinceNanos);
            for (int i = 1; i < starts.size(); i++) {
                long endNanos = starts.get(i).epochNanos();
                Duration length = Duration.ofNanos(endNanos - starts.get(i - 1).epochNanos());
                if (endNanos > sinceNanos && length.compareTo(longest.length()) > 0) {
                    longest = new Pause(length, endNanos);
                }
            }
            return longest;
        }
    }

    /**
     * A task has begun.
     *
     * @param task which
     * @param epochNanos when, by the clock of this machine
     * @param directory where it ran
     */
    record Start(String task, long epochNanos, String directory) {}

    private record Pause(Duration length, long endNanos) {}

    /**
     * Starts a job.
     *
     * @param directory takes its marks and outputs; is made
     * @param tasks how many
     * @param taskLength how long each runs
     */
    static MarkedJob start(String cluster, Path directory, int tasks, Duration taskLength) {
        try {
            Files.createDirectories(directory.resolve("marks"));
            String script =
                    SCRIPT.formatted(directory.resolve("marks"), taskLength.toMillis() / 1e3);
            ProcessBuilder builder =
                    new ProcessBuilder(
                                    AtollCommand.of(
                                            "map",
                                            "--cluster",
                                            cluster,
                                            "--range",
                                            "1.." + tasks,
                                            "--",
                                            "sh",
                                            "-c",
                                            script))
                            .redirectInput(new File("/dev/null"))
                            .redirectOutput(directory.resolve("out").toFile())
                            .redirectError(directory.resolve("err").toFile());
            AtollCommand.prepare(builder);
            return new MarkedJob(directory, tasks, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MarkedJob(Path directory, int tasks, Process command) {
        this.directory = directory;
        this.tasks = tasks;
        this.command = command;
    }

    /** Waits until so many tasks have begun. */
    void awaitStarts(int count) throws InterruptedException {
        Await.until(
                "%d tasks of %s have begun".formatted(count, directory),
                END_MAX,
                () -> !command.isAlive() || starts().size() >= count);
    }

    /** How many tasks have begun, each time that they have. */
    int startCount() throws IOException {
        return starts().size();
    }

    /** What the command has said so far beside its output. */
    String said() throws IOException {
        return Files.readString(directory.resolve("err"));
    }

    /** Waits for the end. */
    Outcome outcome() throws IOException, InterruptedException {
        if (!command.waitFor(END_MAX.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("the job of %s does not end".formatted(directory));
        }
        byte[] out = Files.readAllBytes(directory.resolve("out"));
        List<String> lines = Files.readAllLines(directory.resolve("out"));
        Set<String> different = new HashSet<>(lines);
        List<String> expected = expected();
        List<Start> starts = starts();
        return new Outcome(
                command.exitValue(),
                (int) expected.stream().filter(line -> !different.contains(line)).count(),
                lines.size() - different.size(),
                Arrays.equals(out, (String.join("\n", expected) + "\n").getBytes()),
                starts.size() - (int) marks().count(),
                starts,
                said());
    }

    @Override
    public void close() {
        command.destroyForcibly();
    }

    private List<String> expected() {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= tasks; i++) {
            lines.add("result " + i);
        }
        return lines;
    }

    private Stream<Path> marks() throws IOException {
        return Arrays.stream(directory.resolve("marks").toFile().listFiles()).map(File::toPath);
    }

    private List<Start> starts() throws IOException {
        List<Start> starts = new ArrayList<>();
        for (Path mark : marks().toList()) {
            for (String line : Files.readAllLines(mark)) {
                int space = line.indexOf(' ');
                starts.add(
                        new Start(
                                mark.getFileName().toString(),
                                Long.parseLong(line.substring(0, space)),
                                line.substring(space + 1)));
            }
        }
        starts.sort(Comparator.comparingLong(Start::epochNanos));
        return starts;
    }
}
