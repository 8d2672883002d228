package dev.atoll.system.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atoll.client.Atoll;
import dev.atoll.client.DiskUsage;
import dev.atoll.client.FileDamagedException;
import dev.atoll.client.RefusedException;
import dev.atoll.client.StoredFile;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Files with names, in a cluster of real processes that loses some of them. */
@Tag("system")
class StoredFilesTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int BLOCK = 16 << 20;

    @TempDir private Path directory;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private ServiceProcess naming;
    private Atoll cluster;

    @BeforeEach
    void startNaming() throws IOException {
        naming =
                open(
                        ServiceProcess.start(
                                directory.resolve("naming.log"),
                                "naming",
                                "--listen=127.0.0.1:0",
                                "--state-dir=" + directory.resolve("naming")));
        cluster = open(Atoll.connect("naming://" + naming.address()));
    }

    private ServiceProcess startMaster(String id) throws IOException {
        return start("master", id, "--id=" + id);
    }

    private ServiceProcess startWorker(String id, String... more) throws IOException {
        List<String> flags = new ArrayList<>(List.of(more));
        flags.addAll(
                List.of("--worker-id=" + id, "--cpus=1", "--state-dir=" + directory.resolve(id)));
        return start("worker", id, flags.toArray(String[]::new));
    }

    private ServiceProcess start(String program, String name, String... flags) throws IOException {
        List<String> all =
                new ArrayList<>(List.of("--listen=127.0.0.1:0", "--naming=" + naming.address()));
        all.addAll(List.of(flags));
        return open(
                ServiceProcess.start(
                        directory.resolve(name + ".log"), program, all.toArray(String[]::new)));
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
    void commands_putGetCatLsRm_andMapByName() throws Exception {
        String master = startMaster("master-1").address();
        startWorker("worker-1");
        startWorker("worker-2");
        awaitWorkers(2);
        Path lines = directory.resolve("lines.txt");
        Files.writeString(lines, "a line that is counted\n".repeat(1_500_000));

        assertThat(Launcher.run(master, "put", lines.toString(), "corpus/Lines.txt").code())
                .isZero();
        assertThat(Launcher.run(master, "put", lines.toString(), "a", "b").code()).isEqualTo(2);
        Path other = Files.writeString(directory.resolve("other.txt"), "other");
        assertThat(Launcher.run(master, "put", other.toString(), "corpus/Lines.txt").code())
                .isEqualTo(1);
        assertThat(Launcher.run(master, "ls", "--json", "corpus/").out())
                .contains("\"name\":\"corpus/Lines.txt\",\"bytes\":34500000,\"copies\":2");
        Path got = directory.resolve("got.txt");
        assertThat(Launcher.run(master, "get", "corpus/Lines.txt", got.toString()).code()).isZero();
        assertThat(Files.mismatch(lines, got)).isEqualTo(-1);

        Launcher.Ended counts =
                Launcher.run(master, "map", "--pipe", "atoll://corpus/Lines.txt", "--", "wc", "-l");
        assertThat(counts.code()).isZero();
        assertThat(counts.out().lines().toList()).hasSize(3);
        assertThat(counts.out().lines().mapToInt(line -> Integer.parseInt(line.strip())).sum())
                .isEqualTo(1_500_000);

        assertThat(
                        Launcher.run(
                                        master,
                                        "put",
                                        "--replace",
                                        other.toString(),
                                        "corpus/Lines.txt")
                                .code())
                .isZero();
        assertThat(Launcher.run(master, "cat", "corpus/Lines.txt").out()).isEqualTo("other");
        assertThat(Launcher.run(master, "df", "--json").out()).contains("\"file_bytes\":");
        assertThat(Launcher.run(master, "rm", "corpus/Lines.txt").code()).isZero();
        assertThat(Launcher.run(master, "rm", "corpus/Lines.txt").code()).isEqualTo(1);
        assertThat(Launcher.run(master, "ls", "--json").out().strip()).isEqualTo("[]");
    }

    @Test
    void aWorkerIsLostWithItsDisk_theCopiesComeBack() throws Exception {
        startMaster("master-1");
        ServiceProcess lost = startWorker("worker-1");
        startWorker("worker-2");
        awaitWorkers(2);
        byte[] bytes = random(3 * BLOCK + 5);
        assertThat(put("f", bytes).copies()).hasValue(2);

        lost.kill();
        delete(directory.resolve("worker-1"));
        assertThat(get("f")).isEqualTo(bytes);
        awaitCopies("f", 1);
        startWorker("worker-3");

        awaitCopies("f", 2);
        // What a worker keeps is counted right after it can be read there.
        Awaitility.await().atMost(LONG).until(() -> keptOn("worker-3") > bytes.length);
    }

    @Test
    void aBlockIsDamagedOnADisk_theOtherIsReadAndTheCopyMadeAnew() throws Exception {
        startMaster("master-1");
        startWorker("worker-1");
        startWorker("worker-2");
        awaitWorkers(2);
        byte[] bytes = random(BLOCK + 5);
        var _ = put("f", bytes);
        long whole = keptOn("worker-1");
        List<Path> damaged = damage(directory.resolve("worker-1/worker/blobs"));
        assertThat(damaged).hasSize(3);

        // Readers take turns with the workers: one finds what is damaged where its turn is.
        Awaitility.await("worker-1 has all of it again")
                .atMost(LONG)
                .until(() ->
                        Arrays.equals(get("f"), bytes)
                                && keptOn("worker-1") == whole
                                && damaged.stream().noneMatch(StoredFilesTest::isDamaged));
    }

    @Test
    void everyCopyIsLost_theFileIsSaidToBeDamaged_andOthersAreNot() throws Exception {
        startMaster("master-1");
        ServiceProcess lost = startWorker("worker-1");
        awaitWorkers(1);
        assertThat(put("lost", random(5)).copies()).hasValue(1);
        lost.kill();
        delete(directory.resolve("worker-1"));
        startWorker("worker-2");
        awaitCopies("lost", 0);

        var _ = put("other", random(7));

        assertThatExceptionOfType(FileDamagedException.class)
                .isThrownBy(() -> get("lost"))
                .withMessageContaining("lost is damaged");
        assertThat(get("other")).hasSize(7);
        cluster.files().remove("lost");
        assertThat(cluster.files().list("").map(StoredFile::name)).containsExactly("other");
    }

    @Test
    void theDisksAreFull_nothingIsHalfDone() throws Exception {
        startMaster("master-1");
        startWorker("worker-1", "--disk-free-min=1000TiB");
        Awaitility.await("worker-1 is here")
                .atMost(LONG)
                .until(() -> cluster.files().usage().size() == 1);

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> put("f", random(BLOCK)))
                .withMessageContaining("disks are full");

        assertThat(cluster.files().list("")).isEmpty();
        startWorker("worker-2");
        startWorker("worker-3");
        awaitWorkers(2);
        assertThat(put("f", random(BLOCK)).copies()).hasValue(2);
        assertThat(keptOn("worker-1")).isZero();
    }

    @Test
    void theLeaderIsKilledInTheMiddleOfAPut_itGoesOnWithTheNext() throws Exception {
        ServiceProcess leader = startMaster("master-1");
        startWorker("worker-1");
        startWorker("worker-2");
        awaitWorkers(2);
        startMaster("master-2");
        byte[] bytes = random(5 * BLOCK);
        InputStream killing =
                new FilterInputStream(new ByteArrayInputStream(bytes)) {
                    private long count;

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        int read = super.read(target, offset, length);
                        if (count < 3L * BLOCK && count + read >= 3L * BLOCK) {
                            leader.kill();
                        }
                        count += read;
                        return read;
                    }
                };

        StoredFile file = cluster.files().put("f", () -> killing, false, _ -> {});

        assertThat(file.sizeBytes()).isEqualTo(bytes.length);
        assertThat(get("f")).isEqualTo(bytes);
        awaitCopies("f", 2);
    }

    private StoredFile put(String name, byte[] bytes) throws Exception {
        return cluster.files().put(name, () -> new ByteArrayInputStream(bytes), false, _ -> {});
    }

    private byte[] get(String name) throws IOException {
        try (InputStream in = cluster.files().open(name)) {
            return in.readAllBytes();
        }
    }

    private void awaitWorkers(int count) {
        Awaitility.await(count + " workers are ready")
                .atMost(LONG)
                .until(() -> cluster.status().readyNodeCount() == count);
    }

    private void awaitCopies(String name, int copies) {
        Awaitility.await("%s is on %d workers".formatted(name, copies))
                .atMost(LONG)
                .until(() -> cluster.files().find(name).copies().orElse(-1) == copies);
    }

    private long keptOn(String worker) {
        return cluster.files().usage().stream()
                .filter(disk -> disk.workerId().equals(worker))
                .mapToLong(DiskUsage::keptBytes)
                .sum();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Writes other bytes over every blob, and gives their files. */
    private static List<Path> damage(Path blobs) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(blobs)) {
            files = all.filter(file -> file.getFileName().toString().length() == 64).toList();
        }
        for (Path file : files) {
            int size = (int) Files.size(file);
            Files.delete(file);
            Files.write(file, "x".repeat(size).getBytes(StandardCharsets.US_ASCII));
        }
        return files;
    }

    private static boolean isDamaged(Path file) {
        try {
            byte[] start = new byte[4];
            try (InputStream in = Files.newInputStream(file)) {
                int _ = in.read(start);
            }
            return Arrays.equals(start, "xxxx".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException _) {
            return true;
        }
    }
}
