package dev.atoll.cli.local;

import java.nio.file.Path;
import java.util.List;

/** The settings of the processes of a cluster on one machine. */
final class ServiceFlags {
    /** Where they listen, and the colon before the port. */
    static final String LOOPBACK = "127.0.0.1:";

    private ServiceFlags() {}

    /** One process that names, keeps and leads. */
    static List<String> master(Home home, int port, int namingPort) {
        return List.of(
                "serve",
                "naming,master",
                "--naming.listen=" + LOOPBACK + namingPort,
                "--naming.state-dir=" + home.masterDirectory(),
                "--naming.token-file=" + home.tokenFile(),
                "--master.listen=" + LOOPBACK + port,
                "--master.token-file=" + home.tokenFile());
    }

    /** The flags of naming, master and a worker in one process. */
    static List<String> whole(Home home) {
        return List.of(
                "--naming.listen=" + LOOPBACK + 0,
                "--naming.state-dir=" + home.masterDirectory(),
                "--naming.token-file=" + home.tokenFile(),
                "--master.listen=" + LOOPBACK + 0,
                "--master.token-file=" + home.tokenFile(),
                "--worker.listen=" + LOOPBACK + 0,
                "--worker.state-dir=" + home.workerDirectory("worker"),
                "--worker.token-file=" + home.tokenFile());
    }

    /** A process that works. */
    static List<String> worker(
            Home home,
            String name,
            String namingAddress,
            double cpus,
            long memoryBytes,
            Path directory) {
        return List.of(
                "worker",
                "--listen=" + LOOPBACK + 0,
                "--naming=" + namingAddress,
                "--worker-id=" + name,
                "--state-dir=" + directory,
                "--cpus=" + cpus,
                "--memory=" + memoryBytes,
                "--token-file=" + home.tokenFile());
    }
}
