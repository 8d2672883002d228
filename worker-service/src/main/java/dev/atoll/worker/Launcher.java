package dev.atoll.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The atoll command that this worker was started with. */
final class Launcher {
    private static final String NAME = "atoll";

    private Launcher() {}

    /** The command; empty where the worker runs without it. */
    static Optional<Path> find() {
        String launcher = System.getProperty("atoll.launcher", "");
        return launcher.isEmpty() ? Optional.empty() : Optional.of(Path.of(launcher));
    }

    /**
     * Makes a command callable as "atoll" in a directory of its own: beside the command itself
     * there may be others, which tasks have not asked for.
     */
    static void link(Path launcher, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path link = directory.resolve(NAME);
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, launcher);
    }
}
