package dev.atoll.worker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The atoll command that this worker was started with. */
final class Launcher {
    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
    private static final String NAME = "atoll";

    private Launcher() {}

    /** The command; empty where the worker runs without it. */
    static Optional<Path> find() {
        String launcher = System.getProperty("atoll.launcher", "");
        return launcher.isEmpty() ? Optional.empty() : Optional.of(Path.of(launcher));
    }

    /**
     * Makes a command callable as "atoll" in a directory of its own: beside the command itself
     * there may be others, which tasks have not asked for. A disk that is full keeps no worker from
     * starting; tasks still find the command in a variable.
     */
    static void link(Path launcher, Path directory) {
        Path link = directory.resolve(NAME);
        try {
            Files.createDirectories(directory);
            if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(launcher)) {
                return;
            }
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, launcher);
        } catch (IOException e) {
            LOG.warn("tasks do not find {} on their PATH", NAME, e);
        }
    }
}
