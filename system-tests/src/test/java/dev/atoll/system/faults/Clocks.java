package dev.atoll.system.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Wall clocks of processes, each of which can be set while its process runs, by libfaketime. What a
 * process starts has its clock too. Time that passes is the same for all.
 */
final class Clocks implements FaultCluster.Surroundings {
    private final Path directory;
    private final Set<String> names;
    private final Path library;

    /**
     * @param directory takes a file for each clock; is made
     * @param names whose clocks they are; not for static programs such as etcd
     */
    Clocks(Path directory, Set<String> names) throws IOException {
        this.names = Set.copyOf(names);
        this.directory = Files.createDirectories(directory);
        this.library = library();
    }

    @Override
    public List<String> around(String name, Path stateDirectory, List<String> command) {
        if (!names.contains(name)) {
            return command;
        }
        set(name, Duration.ZERO);
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "env",
                                "LD_PRELOAD=" + library,
                                "FAKETIME_TIMESTAMP_FILE=" + file(name),
                                "FAKETIME_CACHE_DURATION=1",
                                "NO_FAKE_STAT=1",
                                "DONT_FAKE_MONOTONIC=1",
                                // Waits by the monotonic clock would not wait at all.
                                "FAKETIME_FORCE_MONOTONIC_FIX=0"));
        all.addAll(command);
        return all;
    }

    /** Sets a clock to so long after the clock of this machine, or before. */
    void set(String name, Duration ahead) {
        try {
            Path next = directory.resolve(name + ".new");
            Files.writeString(next, "%+d\n".formatted(ahead.toSeconds()));
            Files.move(next, file(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a process takes the time from here. */
    boolean isObeyedBy(ClusterProcess process) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(process.pid()), "maps"))
                .contains(library.getFileName().toString());
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private static Path library() throws IOException {
        try (DirectoryStream<Path> architectures =
                Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-gnu*")) {
            for (Path architecture : architectures) {
                Path library = architecture.resolve("faketime/libfaketimeMT.so.1");
                if (Files.exists(library)) {
                    return library;
                }
            }
        }
        throw new IllegalStateException("there is no libfaketime: install the package faketime");
    }
}
