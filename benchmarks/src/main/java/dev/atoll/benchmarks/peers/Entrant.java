package dev.atoll.benchmarks.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A contestant in a process of its own, which is told its turns over a pipe. One that fails or
 * takes too long once is ended, and has no turn any more; {@link #whyOut} says so.
 */
final class Entrant implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(3);
    private static final Duration END_MAX = Duration.ofSeconds(30);
    private static final String GONE = "failed it ended";

    private final String name;
    private final Process process;
    private final PrintStream turns;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private String about = "";
    private Optional<String> whyOut = Optional.empty();

    private Entrant(String name, Process process) {
        this.name = name;
        this.process = process;
        this.turns = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** What an entrant answers to a turn that it can take, or why it cannot. */
    sealed interface Answer {
        /** The seconds of each time. */
        record Took(List<Double> seconds) implements Answer {}

        /** It has nothing for this. */
        record Cannot(String why) implements Answer {}
    }

    /** Starts the command in that directory, where its complaints go to a file. */
    static Entrant start(String name, Path room, List<String> command) throws IOException {
        Files.createDirectories(room);
        Process process =
                new ProcessBuilder(command)
                        .redirectError(room.resolve("client.log").toFile())
                        .start();
        Entrant entrant = new Entrant(name, process);
        Runtime.getRuntime().addShutdownHook(new Thread(entrant::end));
        Thread.ofVirtual().start(entrant::read);
        return entrant;
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            reader.lines().forEach(answers::add);
        } catch (IOException | RuntimeException e) {
            System.err.println(name + ": " + e);
        }
        answers.add(GONE);
    }

    /** Waits until all its workers are there. */
    void awaitReady() throws InterruptedException {
        String answer = answer(START_MAX);
        if (answer.startsWith("ready ")) {
            about = answer.substring("ready ".length());
        } else {
            leave("did not start: " + answer);
        }
    }

    /** Lets it take its turn. */
    Answer run(Duration max, int times, String turn) throws InterruptedException {
        if (whyOut.isPresent()) {
            return new Answer.Cannot(whyOut.get());
        }
        turns.println(times + " " + turn);
        String answer = answer(max);
        List<String> words = List.of(answer.split(" "));
        List<String> rest = words.subList(1, words.size());
        return switch (words.getFirst()) {
            case "nanos" ->
                    new Answer.Took(rest.stream().map(it -> Long.parseLong(it) / 1e9).toList());
            case "cannot" -> new Answer.Cannot(String.join(" ", rest));
            default -> {
                leave("`%s`: %s".formatted(turn, String.join(" ", rest)));
                yield new Answer.Cannot(whyOut.orElse(""));
            }
        };
    }

    /** The processes of the system, and not its client. */
    List<Long> serverIds() throws InterruptedException {
        if (whyOut.isPresent()) {
            return List.of();
        }
        turns.println("pids");
        List<String> words = List.of(answer(START_MAX).split(" "));
        return words.subList(1, words.size()).stream().map(Long::valueOf).toList();
    }

    long clientId() {
        return process.pid();
    }

    String name() {
        return name;
    }

    String about() {
        return about;
    }

    Optional<String> whyOut() {
        return whyOut;
    }

    private String answer(Duration max) throws InterruptedException {
        String answer = answers.poll(max.toMillis(), TimeUnit.MILLISECONDS);
        return answer == null ? "late no answer in %d s".formatted(max.toSeconds()) : answer;
    }

    private void leave(String why) {
        whyOut = Optional.of(why);
        System.err.printf("%s is out: %s%n", name, why);
        end();
    }

    /* Its servers are its children, and end with it whatever way it ends. */
    private void end() {
        List<ProcessHandle> children = new ArrayList<>(process.descendants().toList());
        process.destroy();
        try {
            if (!process.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        turns.close();
        try {
            if (process.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end();
    }
}
