package dev.atoll.benchmarks.contest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Commands that are run to their end. */
public final class Commands {
    private Commands() {}

    /** Runs a command whose output nobody reads, and demands that it succeeds. */
    public static void run(List<String> command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        int exit;
        try {
            exit = process.waitFor();
        } finally {
            process.destroy();
        }
        if (exit != 0) {
            throw new IOException("%s ended with %d".formatted(command.get(0), exit));
        }
    }

    /** Runs what a shell understands. */
    public static void shell(String script) throws IOException, InterruptedException {
        run(List.of("sh", "-c", script));
    }
}
