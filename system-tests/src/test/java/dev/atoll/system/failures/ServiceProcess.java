package dev.atoll.system.failures;

import org.awaitility.Awaitility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One service of Atoll as a real process, started by the launcher as an operator would. */
final class ServiceProcess implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(2);

    private final Process process;
    private final String address;

    private ServiceProcess(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts a program and waits until it says that it is ready.
     *
     * @param log what it writes goes here
     */
    static ServiceProcess start(Path log, String program, String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(Launcher.path().toString(), program));
        command.addAll(List.of(flags));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Awaitility.await(program + " is ready")
                .atMost(START_MAX)
                .until(() -> !process.isAlive() || addressIn(log, program).isPresent());
        return new ServiceProcess(
                process,
                addressIn(log, program)
                        .orElseThrow(
                                () -> new IllegalStateException(program + " ended; see " + log)));
    }

    private static Optional<String> addressIn(Path log, String program) throws IOException {
        String prefix = "atoll-ready " + program + " ";
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .findFirst();
    }

    /** Where it serves: "host:port". */
    String address() {
        return address;
    }

    /** Ends it as a power cut would, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
