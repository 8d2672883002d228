package dev.atoll.cli.local;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.cli.shell.ExitCode;
import dev.atoll.client.local.LocalCluster.Member;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process of the cluster that has just been started. */
final class ServiceProcess {
    /** Begins the line that says that a program is ready; its name and its address follow. */
    static final String READY = "atoll-ready ";

    private static final int LAST_WORDS_LINES = 12;
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(15);
    private static final Duration START_MAX = Duration.ofSeconds(60);

    private final String name;
    private final Process process;
    private final Path log;
    private final long logStart;

    private ServiceProcess(String name, Process process, Path log, long logStart) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.logStart = logStart;
    }

    /** Starts a process that appends to its log. */
    static ServiceProcess start(String name, ServiceCommand command, List<String> words, Path log)
            throws IOException {
        long logStart = Files.exists(log) ? Files.size(log) : 0;
        return new ServiceProcess(name, command.start(words, log), log, logStart);
    }

    /** The process as the state file names it. */
    Member member() {
        return new Member(name, process.pid(), ProcessStamp.of(process.pid()).orElse("ended"), log);
    }

    /**
     * Waits until a program in the process says that it is ready.
     *
     * @return where it is reached, "host:port"
     * @throws CommandException with its last words, when it ends or says nothing in time
     */
    String awaitReady(String program) throws IOException, InterruptedException {
        String wanted = READY + program + " ";
        long deadline = System.nanoTime() + START_MAX.toNanos();
        while (true) {
            boolean alive = process.isAlive();
            Optional<String> ready =
                    linesSinceStart().stream().filter(line -> line.startsWith(wanted)).findFirst();
            if (ready.isPresent()) {
                return ready.get().substring(wanted.length()).strip();
            }
            if (!alive) {
                throw failed("ended with exit code " + process.exitValue());
            }
            if (System.nanoTime() - deadline > 0) {
                throw failed("was not ready within " + START_MAX.toSeconds() + " s");
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_INTERVAL.toNanos());
        }
    }

    /** Refuses to go on when the process has ended. */
    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw failed("ended with exit code " + process.exitValue());
        }
    }

    private CommandException failed(String how) throws IOException {
        List<String> lines = linesSinceStart();
        List<String> last =
                lines.subList(Math.max(0, lines.size() - LAST_WORDS_LINES), lines.size());
        return new CommandException(
                ExitCode.FAILED,
                "%s %s. Its last words (%s):\n  %s"
                        .formatted(name, how, log, String.join("\n  ", last)));
    }

    private List<String> linesSinceStart() throws IOException {
        try (var channel = Files.newByteChannel(log)) {
            channel.position(logStart);
            byte[] bytes = java.nio.channels.Channels.newInputStream(channel).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        }
    }
}
