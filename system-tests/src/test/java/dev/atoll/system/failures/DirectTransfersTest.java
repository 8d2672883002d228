package dev.atoll.system.failures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.client.Atoll;
import dev.atoll.client.ConnectOptions;
import dev.atoll.client.ItemTableBuilder;
import dev.atoll.client.JobRequest;
import dev.atoll.client.StageRequest;
import dev.atoll.client.Uploads;
import dev.atoll.core.model.BlobRef;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Clients and workers of real processes: whose network the bytes take, and what that may cost. */
@Tag("system")
class DirectTransfersTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int BLOCK = 16 << 20;

    @TempDir private Path directory;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private Path tokenFile;
    private URI masterMetrics;
    private ServiceProcess naming;
    private Atoll cluster;

    @BeforeEach
    void startNaming() throws IOException {
        tokenFile = Files.writeString(directory.resolve("token"), "a-token-for-these-tests");
        Files.setPosixFilePermissions(tokenFile, PosixFilePermissions.fromString("rw-------"));
        naming = startService("naming", "naming", "--state-dir=" + directory.resolve("naming"));
    }

    @AfterEach
    void stopCluster() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    @Test
    void contentsDoNotPassTheMaster() throws Exception {
        startCluster(2);
        byte[] bytes = random(2 * BLOCK + 300_000);

        put("f", bytes);

        assertThat(get("f")).isEqualTo(bytes);
        // The manifest does, which is small.
        assertThat(relayedBytes()).isLessThan(10_000);
        assertThat(cluster.files().find("f").copies()).hasValue(2);
    }

    @Test
    void aWorkerFetchesTheInputsOfItsTasksFromOthers() throws Exception {
        startCluster(2);
        byte[] bytes = random(2 * BLOCK + 300_000);
        put("f", bytes);
        startWorker("worker-late", "--labels=role=late");
        List<BlobRef> blocks = cluster.files().blocks("f").blocks();
        JobRequest counting;
        try (Uploads uploads = cluster.uploads();
                ItemTableBuilder table = cluster.itemTable(uploads)) {
            for (BlobRef block : blocks) {
                table.add("block", block);
            }
            counting =
                    JobRequest.of(
                            StageRequest.command("wc", "-c")
                                    .items(new StageRequest.Items.Table(table.upload()))
                                    .input(new StageRequest.Input.ItemBlob())
                                    .label("role", "late")
                                    .build());
        }

        try (var counts =
                new BufferedReader(
                        new InputStreamReader(
                                cluster.submit(counting).output().asStream(),
                                StandardCharsets.UTF_8))) {
            assertThat(counts.lines().map(line -> Long.parseLong(line.strip())))
                    .containsExactlyElementsOf(blocks.stream().map(BlobRef::sizeBytes).toList());
        }
        assertThat(relayedBytes()).isLessThan(10_000);
    }

    @Test
    void aMasterThatIsToldToRelayAllDoes() throws Exception {
        startCluster(2, "--relay-all=true");
        byte[] bytes = random(BLOCK + 300_000);

        put("f", bytes);
        assertThat(relayedBytes()).isGreaterThanOrEqualTo(bytes.length);

        assertThat(get("f")).isEqualTo(bytes);
        assertThat(relayedBytes()).isGreaterThanOrEqualTo(2L * bytes.length);
    }

    @Test
    void aWorkerIsKilledInTheMiddleOfAPut_nothingIsLost() throws Exception {
        List<ServiceProcess> workers = startCluster(3);
        byte[] bytes = random(6 * BLOCK);
        InputStream killing =
                new FilterInputStream(new ByteArrayInputStream(bytes)) {
                    private long count;

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        int read = super.read(target, offset, length);
                        if (count < 3L * BLOCK && count + read >= 3L * BLOCK) {
                            workers.getFirst().kill();
                        }
                        count += read;
                        return read;
                    }
                };

        var _ = cluster.files().put("f", () -> killing, false, _ -> {});

        assertThat(get("f")).isEqualTo(bytes);
        Awaitility.await("the file is on two workers")
                .atMost(LONG)
                .until(() -> cluster.files().find("f").copies().orElse(0) == 2);
    }

    @Test
    void aWorkerIsKilledInTheMiddleOfAGet_theOtherGivesTheRest() throws Exception {
        List<ServiceProcess> workers = startCluster(2);
        byte[] bytes = random(8 * BLOCK);
        put("f", bytes);
        ByteArrayOutputStream got = new ByteArrayOutputStream();

        try (InputStream in = cluster.files().open("f")) {
            got.write(in.readNBytes(BLOCK));
            workers.getFirst().kill();
            var _ = in.transferTo(got);
        }

        assertThat(got.toByteArray()).isEqualTo(bytes);
    }

    private List<ServiceProcess> startCluster(int workerCount, String... ofMaster)
            throws IOException {
        masterMetrics = URI.create("http://127.0.0.1:%d/metrics".formatted(freePort()));
        List<String> flags = new ArrayList<>(List.of(ofMaster));
        flags.add("--naming=" + naming.address());
        flags.add("--metrics-listen=" + masterMetrics.getAuthority());
        String master = startService("master", "master", flags.toArray(String[]::new)).address();
        List<ServiceProcess> workers = new ArrayList<>();
        for (int i = 0; i < workerCount; i++) {
            workers.add(startWorker("worker-" + i));
        }
        cluster =
                open(
                        Atoll.connect(
                                ConnectOptions.to(master)
                                        .with(ConnectOptions.Credentials.token(tokenFile))));
        Awaitility.await("the workers are ready")
                .atMost(LONG)
                .until(() -> cluster.status().readyNodeCount() == workerCount);
        return workers;
    }

    private ServiceProcess startWorker(String id, String... more) throws IOException {
        List<String> flags = new ArrayList<>(List.of(more));
        flags.addAll(
                List.of(
                        "--naming=" + naming.address(),
                        "--worker-id=" + id,
                        "--cpus=1",
                        "--state-dir=" + directory.resolve(id)));
        return startService(id, "worker", flags.toArray(String[]::new));
    }

    private ServiceProcess startService(String name, String program, String... flags)
            throws IOException {
        List<String> all =
                new ArrayList<>(List.of("--listen=127.0.0.1:0", "--token-file=" + tokenFile));
        all.addAll(List.of(flags));
        return open(
                ServiceProcess.start(
                        directory.resolve(name + ".log"), program, all.toArray(String[]::new)));
    }

    private <T extends AutoCloseable> T open(T part) {
        parts.push(part);
        return part;
    }

    private void put(String name, byte[] bytes) throws Exception {
        var _ = cluster.files().put(name, () -> new ByteArrayInputStream(bytes), false, _ -> {});
    }

    private byte[] get(String name) throws IOException {
        try (InputStream in = cluster.files().open(name)) {
            return in.readAllBytes();
        }
    }

    private long relayedBytes() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(masterMetrics).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("atoll_master_relayed_bytes_total{"))
                    .mapToLong(line -> (long) Double.parseDouble(line.split(" ")[1]))
                    .sum();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
