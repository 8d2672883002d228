package dev.atoll.system.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Small disks of their own for the state of some processes: each is mounted where only its process
 * and those that it starts see it, and is gone with them.
 */
final class SmallDisks implements FaultCluster.Surroundings {
    private static final String SCRIPT =
            "mkdir -p \"$1\" && mount -t tmpfs -o size=$0 tmpfs \"$1\" && shift && exec \"$@\"";
    private static final int CHUNK_BYTES = 64 << 10;

    private final Set<String> names;
    private final String size;

    /**
     * @param names of processes with a small disk
     * @param size such as "48m"
     */
    SmallDisks(Set<String> names, String size) {
        this.names = Set.copyOf(names);
        this.size = size;
    }

    @Override
    public List<String> around(String name, Path stateDirectory, List<String> command) {
        return names.contains(name) ? wrap(stateDirectory, command) : command;
    }

    /** The command that runs another one with a small disk at a place. */
    List<String> wrap(Path stateDirectory, List<String> command) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--map-root-user",
                                "--mount",
                                "sh",
                                "-c",
                                SCRIPT,
                                size,
                                stateDirectory.toString()));
        all.addAll(command);
        return all;
    }

    /** Takes all the room on a process's disk. */
    static void fill(long pid, Path stateDirectory) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(CHUNK_BYTES);
        try (FileChannel file =
                FileChannel.open(
                        filler(pid, stateDirectory),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            while (true) {
                zeros.clear();
                file.write(zeros);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    /** Gives it back. */
    static void free(long pid, Path stateDirectory) throws IOException {
        Files.delete(filler(pid, stateDirectory));
    }

    private static Path filler(long pid, Path stateDirectory) {
        return Path.of("/proc/%d/root%s".formatted(pid, stateDirectory), "somebody-else");
    }
}
