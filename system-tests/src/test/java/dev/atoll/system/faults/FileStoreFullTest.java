package dev.atoll.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The disk of a naming service that keeps its store in a file runs full, and has room again. */
@Tag("system")
class FileStoreFullTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String FULL = "the disk of the naming service is full";

    @TempDir private Path directory;
    private final Deque<ClusterProcess> parts = new ArrayDeque<>();
    private final Ports ports = new Ports();

    @AfterEach
    void stop() {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    @Test
    void nothingIsLostAndEverybodyIsToldWhy() throws Exception {
        Path state = directory.resolve("naming");
        String door = address();
        SmallDisks disks = new SmallDisks(Set.of(), "8m");
        ClusterProcess naming =
                start(
                        "naming",
                        disks.wrap(
                                state,
                                AtollCommand.of(
                                        "naming",
                                        "--listen=" + door,
                                        "--store=file:" + state.resolve("store"),
                                        "--state-dir=" + state)));
        String cluster = address();
        start("master", AtollCommand.of("master", "--listen=" + cluster, "--naming=" + door));
        start(
                "worker",
                AtollCommand.of(
                        "worker",
                        "--cpus=2",
                        "--state-dir=" + directory.resolve("worker"),
                        "--naming=" + door));
        try (MarkedJob map =
                MarkedJob.start(cluster, directory.resolve("map"), 150, Duration.ofMillis(200))) {
            map.awaitStarts(3);
            SmallDisks.fill(naming.pid(), state);
            Await.until("its log says it", LONG, () -> log("naming").contains(FULL));
            Await.until("the log of the master does", LONG, () -> log("master").contains(FULL));
            Await.until(
                    "the user is told", LONG, () -> map.said().contains("waiting for the cluster"));
            SmallDisks.free(naming.pid(), state);

            MarkedJob.Outcome outcome = map.outcome();
            assertThat(outcome.exitCode()).as(outcome.said()).isZero();
            assertThat(outcome.isExact()).isTrue();
            assertThat(outcome.reruns()).isZero();
            assertThat(log("naming")).contains("there is room on the disk again");
            assertThat(naming.isAlive()).isTrue();
        }
    }

    private String address() {
        return "127.0.0.1:" + ports.next();
    }

    private String log(String name) throws Exception {
        return Files.readString(directory.resolve(name + ".log"));
    }

    private ClusterProcess start(String name, List<String> command) throws Exception {
        ClusterProcess process =
                ClusterProcess.start(
                        name,
                        command,
                        directory.resolve(name + ".log"),
                        Pattern.compile("atoll-ready " + name),
                        new Owners());
        parts.push(process);
        process.awaitReady();
        return process;
    }
}
