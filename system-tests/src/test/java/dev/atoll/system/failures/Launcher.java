package dev.atoll.system.failures;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The `atoll` command of this checkout. */
final class Launcher {
    private Launcher() {}

    /** How a command ended, and what it wrote. */
    record Ended(int code, String out) {}

    static Path path() {
        Path start = Path.of("").toAbsolutePath();
        for (Path dir = start; dir != null; dir = dir.getParent()) {
            if (Files.isExecutable(dir.resolve("atoll")) && Files.exists(dir.resolve("pom.xml"))) {
                return dir.resolve("atoll");
            }
        }
        throw new IllegalStateException("no launcher above " + start);
    }

    /** Runs a command against a cluster, to its end. */
    static Ended run(String master, String verb, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(path().toString(), verb));
        command.addAll(List.of("--cluster", master));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("atoll-out-", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .redirectOutput(out.toFile())
                            .start();
            int code = process.waitFor();
            return new Ended(code, Files.readString(out, StandardCharsets.UTF_8));
        } finally {
            Files.delete(out);
        }
    }
}
