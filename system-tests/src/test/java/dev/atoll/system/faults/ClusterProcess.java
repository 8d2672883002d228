package dev.atoll.system.faults;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** One process of a cluster, which can be killed, started again, stopped and let go on. */
final class ClusterProcess implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration END_MAX = Duration.ofSeconds(30);

    private final String name;
    private final List<String> command;
    private final Path log;
    private final Pattern readyMark;
    private final Owners owners;
    private Process process;
    private long logStart;

    /**
     * Starts a process; {@link #awaitReady} waits for it.
     *
     * @param name what it is called in this cluster
     * @param log where everything goes that it writes, over all its lives
     * @param readyMark what it writes when it serves
     */
    static ClusterProcess start(
            String name, List<String> command, Path log, Pattern readyMark, Owners owners) {
        return new ClusterProcess(name, command, log, readyMark, owners);
    }

    private ClusterProcess(
            String name, List<String> command, Path log, Pattern readyMark, Owners owners) {
        this.name = name;
        this.command = List.copyOf(command);
        this.log = log;
        this.readyMark = readyMark;
        this.owners = owners;
        this.process = launch();
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** How it ended; only when it has. */
    int exitCode() {
        return process.exitValue();
    }

    /** Waits until it serves. */
    void awaitReady() throws InterruptedException {
        Await.until(
                "%s serves; see %s".formatted(name, log),
                START_MAX,
                () -> !process.isAlive() || readyMark.matcher(saidInThisLife()).find());
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "%s ended with %d; see %s".formatted(name, process.exitValue(), log));
        }
    }

    /** Ends it as a power cut would. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Asks it to end, as an operator does, and waits until it has. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(END_MAX.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new IllegalStateException("%s does not end; see %s".formatted(name, log));
        }
    }

    /** Starts it again, with the same command and directory. */
    void restart() {
        process = launch();
    }

    /** Stops it in the middle of whatever it does. */
    void freeze() {
        signal("STOP");
    }

    /** Lets it go on. */
    void thaw() {
        signal("CONT");
    }

    @Override
    public void close() {
        kill();
    }

    private String saidInThisLife() throws IOException {
        byte[] all = Files.readAllBytes(log);
        int start = Math.toIntExact(logStart);
        return new String(all, start, all.length - start, StandardCharsets.UTF_8);
    }

    private Process launch() {
        try {
            logStart = Files.exists(log) ? Files.size(log) : 0;
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectInput(new File("/dev/null"))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            AtollCommand.prepare(builder);
            Process launched = builder.start();
            owners.started(name, launched.pid());
            return launched;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) {
        try {
            int exitCode =
                    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                            .start()
                            .waitFor();
            if (exitCode != 0) {
                throw new IllegalStateException("kill -%s of %s failed".formatted(signal, name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
