package dev.atoll.system.failures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.naming.testing.EtcdServer;
import dev.atoll.naming.testing.RequiresEtcd;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A cluster of real processes on a real etcd, one of which is killed in the middle of a job. Each
 * task leaves a mark of its own on the disk for each time that it runs.
 */
@RequiresEtcd
class RestartTest {
    private static final int TASKS = 60;
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir private Path directory;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private EtcdServer etcd;
    private ServiceProcess naming;
    private ServiceProcess master;

    @BeforeEach
    void startCluster() throws IOException {
        Files.createDirectories(directory.resolve("marks"));
        etcd = open(EtcdServer.start());
        naming =
                open(
                        ServiceProcess.start(
                                directory.resolve("naming.log"),
                                "naming",
                                "--listen=127.0.0.1:0",
                                "--store=etcd:" + etcd.endpoints().getFirst(),
                                "--state-dir=" + directory.resolve("naming")));
        master = open(startMaster("127.0.0.1:0", "master-1.log"));
        startWorker("worker-1", 1);
        startWorker("worker-2", 1);
    }

    private ServiceProcess startMaster(String listen, String log) throws IOException {
        return ServiceProcess.start(
                directory.resolve(log),
                "master",
                "--listen=" + listen,
                "--naming=" + naming.address());
    }

    private ServiceProcess startWorker(String id, int start) throws IOException {
        return open(
                ServiceProcess.start(
                        directory.resolve(id + "-" + start + ".log"),
                        "worker",
                        "--worker-id=" + id,
                        "--listen=127.0.0.1:0",
                        "--cpus=2",
                        "--state-dir=" + directory.resolve(id),
                        "--naming=" + naming.address()));
    }

    private <T extends AutoCloseable> T open(T part) {
        parts.push(part);
        return part;
    }

    @AfterEach
    void stopCluster() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    @Test
    void killedMaster_itsSuccessorGoesOnAndRunsNothingAgain() throws Exception {
        String job = submit();
        awaitMarks(TASKS / 4);
        String address = master.address();

        master.kill();
        master = open(startMaster(address, "master-2.log"));

        assertThat(Launcher.run(address, "wait", job).code()).isZero();
        assertThat(Launcher.run(address, "result", job).out()).isEqualTo(expected());
        assertThat(runsOfEachTask()).containsOnly(1).hasSize(TASKS);
    }

    @Test
    void killedMaster_attachedInputGoesOnWhereItWas() throws Exception {
        sumWhileTheMasterIsKilled("run", "--", "sha256sum");
    }

    @Test
    void killedMaster_aPipeGoesOnWhereItWas() throws Exception {
        sumWhileTheMasterIsKilled("sh", "cat | cat | sha256sum");
    }

    private void sumWhileTheMasterIsKilled(String verb, String... words) throws Exception {
        byte[] half = new byte[6 << 20];
        new Random(1).nextBytes(half);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(half);
        String expected = HexFormat.of().formatHex(digest.digest(half)) + "  -\n";
        String address = master.address();
        List<String> command =
                new ArrayList<>(List.of(Launcher.path().toString(), verb, "--cluster", address));
        command.addAll(List.of(words));
        Process summing =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (OutputStream input = summing.getOutputStream()) {
            input.write(half);
            input.flush();

            master.kill();
            master = open(startMaster(address, "master-2.log"));
            input.write(half);
        }

        assertThat(new String(summing.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(expected);
        assertThat(summing.waitFor()).isZero();
    }

    @Test
    void killedWorker_itsTasksRunElsewhereAndTheResultIsWhole() throws Exception {
        String job = submit();
        awaitMarks(TASKS / 4);

        parts.pop().close();

        assertThat(Launcher.run(master.address(), "wait", job).code()).isZero();
        assertThat(Launcher.run(master.address(), "result", job).out()).isEqualTo(expected());
        assertThat(runsOfEachTask()).hasSize(TASKS);
    }

    private String submit() throws IOException, InterruptedException {
        String script = "echo ran >> %s/{}; sleep 0.1; echo result {}";
        Launcher.Ended submitted =
                Launcher.run(
                        master.address(),
                        "map",
                        "--detach",
                        "--range",
                        "1.." + TASKS,
                        "--",
                        "sh",
                        "-c",
                        script.formatted(directory.resolve("marks")));
        assertThat(submitted.code()).isZero();
        return submitted.out().strip();
    }

    private void awaitMarks(int count) {
        Awaitility.await("tasks that ran")
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> runsOfEachTask().size() >= count);
    }

    /** How many times each task ran that did. */
    private List<Integer> runsOfEachTask() throws IOException {
        try (Stream<Path> marks = Files.list(directory.resolve("marks"))) {
            return marks.map(RestartTest::lines).toList();
        }
    }

    private static int lines(Path mark) {
        try {
            return Files.readAllLines(mark).size();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String expected() {
        return IntStream.rangeClosed(1, TASKS)
                .mapToObj(i -> "result " + i + "\n")
                .collect(Collectors.joining());
    }
}
