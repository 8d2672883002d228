package dev.atoll.system.faults;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that a user has started, and what it says; killed when it is closed. */
final class UserCommand implements AutoCloseable {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Path out;
    private final Process process;

    /**
     * Starts a command.
     *
     * @param output its standard output goes here, and its standard error beside it
     */
    static UserCommand start(Path output, String cluster, String verb, String... words) {
        List<String> arguments = new ArrayList<>(List.of(verb, "--cluster", cluster));
        arguments.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(AtollCommand.of(arguments.toArray(String[]::new)))
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(output.toFile())
                        .redirectError(new File(output + ".err"));
        AtollCommand.prepare(builder);
        try {
            return new UserCommand(output, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private UserCommand(Path out, Process process) {
        this.out = out;
        this.process = process;
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    /** What it has said beside its output. */
    String said() throws IOException {
        return Files.readString(Path.of(out + ".err"));
    }

    /** Waits until it has said this. */
    void awaitOut(String text) throws InterruptedException {
        Await.until(
                "%s says %s".formatted(out, text),
                LONG,
                () -> !process.isAlive() || out().contains(text));
    }

    /** Waits for its end and tells the exit code. */
    int end() throws InterruptedException {
        if (!process.waitFor(LONG.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("%s does not end".formatted(out));
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
