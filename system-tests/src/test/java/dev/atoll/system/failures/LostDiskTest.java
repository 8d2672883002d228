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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A cluster of real processes on a real etcd, one of whose disks loses what it holds after a job
 * has ended. Each task leaves a mark of its own for each time that it runs.
 */
@RequiresEtcd
class LostDiskTest {
    private static final int TASKS = 20;

    @TempDir private Path directory;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private ServiceProcess naming;
    private ServiceProcess master;
    private ServiceProcess worker;

    @BeforeEach
    void startCluster() throws IOException {
        Files.createDirectories(directory.resolve("marks"));
        EtcdServer etcd = open(EtcdServer.start());
        naming =
                start(
                        "naming",
                        "naming",
                        "--store=etcd:" + etcd.endpoints().getFirst(),
                        "--state-dir=" + directory.resolve("naming"));
        master = start("master", "master", "--naming=" + naming.address());
        startWorker("worker-2");
        worker = startWorker("worker-1");
    }

    private ServiceProcess startWorker(String id) throws IOException {
        return start(
                id,
                "worker",
                "--worker-id=" + id,
                "--cpus=2",
                "--state-dir=" + directory.resolve(id),
                "--naming=" + naming.address());
    }

    private ServiceProcess start(String name, String program, String... flags) throws IOException {
        List<String> all = new ArrayList<>(List.of("--listen=127.0.0.1:0"));
        all.addAll(List.of(flags));
        return open(ServiceProcess.start(log(name), program, all.toArray(String[]::new)));
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
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
    void diskOfAWorkerIsLost_theResultIsReadFromTheOther() throws Exception {
        String job = runJob();

        worker.kill();
        try (Stream<Path> files = Files.walk(directory.resolve("worker-1"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }

        assertThat(result(job)).isEqualTo(expected());
        assertThat(runs()).isEqualTo(TASKS);
    }

    @Test
    void diskOfAWorkerIsLost_theFilesOfTheTasksAreBroughtFromTheOther() throws Exception {
        String job = runJob();

        worker.kill();
        Path brought = directory.resolve("brought");
        Launcher.Ended ended =
                Launcher.run(
                        master.address(), "result", "--json", "--files", brought.toString(), job);

        assertThat(ended.code()).isZero();
        for (int i = 1; i <= TASKS; i++) {
            assertThat(brought.resolve("left/" + i)).hasContent("file " + i + "\n");
        }
        assertThat(runs()).isEqualTo(TASKS);
    }

    @Test
    void bytesOfAWorkerAreFlipped_theResultIsReadFromTheOther() throws Exception {
        String job = runJob();

        // The worker ran some of the tasks itself, and those are read from it first.
        assertThat(flip(directory.resolve("worker-1"))).isEqualTo(TASKS);

        assertThat(result(job)).isEqualTo(expected());
        assertThat(runs()).isEqualTo(TASKS);
        assertThat(Files.readString(log("worker-1"))).contains("is damaged on this disk");
    }

    /** The reducers read more than pipes and connections hold, and wait in the middle of it. */
    @Test
    void workerWithRecordsIsLost_onlyItsMapTasksRunAgain() throws Exception {
        List<String> records = randomRecords();
        Path input = Files.write(directory.resolve("input"), records);
        String map = "echo ran >> %s/$ATOLL_TASK; cat".formatted(directory.resolve("marks"));
        String reduce =
                "read line; echo \"$line\"; echo >> %1$s/begun; until [ -e %1$s/go ]; do sleep"
                        + " 0.05; done; cat";
        Launcher.Ended submitted =
                Launcher.run(
                        master.address(),
                        "mapreduce",
                        "--detach",
                        "--sort",
                        "--reducers=2",
                        "--block=1M",
                        "--map=" + map,
                        "--reduce=" + reduce.formatted(directory),
                        input.toString());
        Awaitility.await("reducers that read")
                .atMost(Duration.ofMinutes(2))
                .until(() -> Files.exists(directory.resolve("begun")));
        int mapTasks = runs();

        worker.kill();
        Files.createFile(directory.resolve("go"));
        String job = submitted.out().strip();
        assertThat(Launcher.run(master.address(), "wait", job).code()).isZero();

        assertThat(result(job).lines().toList()).isEqualTo(records.stream().sorted().toList());
        assertThat(mapTasks).isGreaterThan(10);
        assertThat(runs()).isGreaterThan(mapTasks).isLessThan(2 * mapTasks);
    }

    private static List<String> randomRecords() {
        Random random = new Random(1);
        return Stream.generate(() -> "%08x".formatted(random.nextInt()) + "-".repeat(90))
                .limit(150_000)
                .toList();
    }

    private String runJob() throws Exception {
        String script =
                "echo ran >> %s/{}; sleep 0.1; mkdir left; echo file {} > left/{}; echo result {}";
        Launcher.Ended ended =
                Launcher.run(
                        master.address(),
                        "map",
                        "--detach",
                        "--range",
                        "1.." + TASKS,
                        "--bring",
                        "left/{}",
                        "--",
                        "sh",
                        "-c",
                        script.formatted(directory.resolve("marks")));
        assertThat(ended.code()).isZero();
        String job = ended.out().strip();
        assertThat(Launcher.run(master.address(), "wait", job).code()).isZero();
        return job;
    }

    private String result(String job) throws Exception {
        return Launcher.run(master.address(), "result", job).out();
    }

    private int runs() throws IOException {
        try (Stream<Path> marks = Files.list(directory.resolve("marks"))) {
            int runs = 0;
            for (Path mark : marks.toList()) {
                runs += Files.readAllLines(mark).size();
            }
            return runs;
        }
    }

    /** Changes one byte of each result under a directory; returns how many. */
    private static int flip(Path under) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(under)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        int flipped = 0;
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int before = flipped;
            int at = text.indexOf("result ");
            while (at >= 0) {
                if (Character.isDigit(text.charAt(at + "result ".length()))) {
                    bytes[at] ^= 1;
                    flipped++;
                }
                at = text.indexOf("result ", at + 1);
            }
            if (flipped > before) {
                Files.write(file, bytes);
            }
        }
        return flipped;
    }

    private static String expected() {
        return IntStream.rangeClosed(1, TASKS)
                .mapToObj(i -> "result " + i + "\n")
                .collect(Collectors.joining());
    }
}
