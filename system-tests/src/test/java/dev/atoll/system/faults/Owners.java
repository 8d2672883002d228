package dev.atoll.system.faults;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Finds out, from what Linux says under /proc, which process of a cluster has a connection. */
final class Owners {
    /** Whoever is none of the cluster's processes: users, and the test itself. */
    static final String OUTSIDER = "outsider";

    private static final int COLUMN_LOCAL = 1;
    private static final int COLUMN_INODE = 9;

    private final Map<String, Long> pids = new ConcurrentHashMap<>();

    /** A process of the cluster has started, perhaps anew. */
    void started(String process, long pid) {
        pids.put(process, pid);
    }

    /** Who connected from a local port. */
    String ofPort(int port) {
        try {
            Optional<String> inode = inode(port);
            if (inode.isPresent()) {
                String wanted = "socket:[%s]".formatted(inode.get());
                for (Map.Entry<String, Long> process : pids.entrySet()) {
                    if (holds(process.getValue(), wanted)) {
                        return process.getKey();
                    }
                }
            }
        } catch (IOException _) {
            // It ended while it was looked at.
        }
        return OUTSIDER;
    }

    private static Optional<String> inode(int port) throws IOException {
        String local = ":%04X".formatted(port);
        for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns[COLUMN_LOCAL].endsWith(local) && !columns[COLUMN_INODE].equals("0")) {
                    return Optional.of(columns[COLUMN_INODE]);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holds(long pid, String socket) {
        try (DirectoryStream<Path> descriptors =
                Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path descriptor : descriptors) {
                if (isLinkTo(descriptor, socket)) {
                    return true;
                }
            }
        } catch (IOException _) {
            // The process has ended.
        }
        return false;
    }

    private static boolean isLinkTo(Path descriptor, String socket) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(socket);
        } catch (IOException _) {
            return false;
        }
    }
}
