package dev.atoll.system.failures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.client.Atoll;
import dev.atoll.client.BlobSource;
import dev.atoll.client.ConnectOptions;
import dev.atoll.client.ItemTableBuilder;
import dev.atoll.client.JobRequest;
import dev.atoll.client.StageRequest;
import dev.atoll.client.Uploads;
import dev.atoll.core.model.BlobRef;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Workers of real processes: whether tasks come to the blocks, or the blocks to the tasks. */
@Tag("system")
class LocalityTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int WORKERS = 4;
    private static final int BLOCKS = 24;
    private static final int BLOCK_BYTES = 1 << 20;

    @TempDir private Path directory;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<URI> workerMetrics = new ArrayList<>();
    private Atoll cluster;

    @AfterEach
    void stopCluster() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    @Test
    void blocksThatTheClientSentAreReadWhereTheyAre() throws Exception {
        startCluster("1m");

        assertThat(sizes(sent())).isEqualTo(lines(BLOCKS, BLOCK_BYTES));
        assertThat(fetchedBytes()).isLessThan(BLOCK_BYTES);
    }

    @Test
    void blocksOfAFileInTheClusterAreReadWhereTheyAre() throws Exception {
        startCluster("1m");
        byte[] bytes = new byte[4 * (16 << 20)];
        new Random(1).nextBytes(bytes);
        var _ = cluster.files().put("f", () -> new ByteArrayInputStream(bytes), false, _ -> {});
        List<BlobRef> blocks = cluster.files().blocks("f").blocks();

        assertThat(sizes(blocks).lines().mapToLong(line -> Long.parseLong(line.strip())).sum())
                .isEqualTo(bytes.length);
        assertThat(fetchedBytes()).isLessThan(BLOCK_BYTES);
    }

    @Test
    void whereNobodyWaitsBlocksTravel() throws Exception {
        startCluster("0s");

        assertThat(sizes(sent())).isEqualTo(lines(BLOCKS, BLOCK_BYTES));
        assertThat(fetchedBytes()).isGreaterThanOrEqualTo(BLOCK_BYTES);
    }

    /** Blocks of random bytes, two copies of each on some of the workers. */
    private List<BlobRef> sent() throws Exception {
        Random random = new Random(7);
        List<CompletableFuture<BlobRef>> blocks = new ArrayList<>();
        try (Uploads uploads = cluster.uploads()) {
            for (int i = 0; i < BLOCKS; i++) {
                byte[] block = new byte[BLOCK_BYTES];
                random.nextBytes(block);
                blocks.add(uploads.add(new BlobSource.Bytes(block)));
            }
            return Uploads.join(blocks);
        }
    }

    /** Runs a task over each block, and says what they wrote. */
    private String sizes(List<BlobRef> blocks) throws Exception {
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
                                    .build());
        }
        return new String(
                cluster.submit(counting).output().asStream().readAllBytes(),
                StandardCharsets.UTF_8);
    }

    private static String lines(int count, int number) {
        return (number + "\n").repeat(count);
    }

    private void startCluster(String localityWait) throws IOException {
        String naming =
                startService("naming", "--state-dir=" + directory.resolve("naming")).address();
        String master =
                startService("master", "--naming=" + naming, "--locality-wait=" + localityWait)
                        .address();
        for (int i = 0; i < WORKERS; i++) {
            URI metrics = URI.create("http://127.0.0.1:%d/metrics".formatted(freePort()));
            workerMetrics.add(metrics);
            var _ =
                    startService(
                            "worker",
                            "--naming=" + naming,
                            "--worker-id=worker-" + i,
                            "--cpus=" + BLOCKS,
                            "--metrics-listen=" + metrics.getAuthority(),
                            "--state-dir=" + directory.resolve("worker-" + i));
        }
        cluster = open(Atoll.connect(ConnectOptions.to(master)));
        Awaitility.await("the workers are ready")
                .atMost(LONG)
                .until(() -> cluster.status().readyNodeCount() == WORKERS);
    }

    private ServiceProcess startService(String program, String... flags) throws IOException {
        List<String> all = new ArrayList<>(List.of("--listen=127.0.0.1:0"));
        all.addAll(List.of(flags));
        return open(
                ServiceProcess.start(
                        directory.resolve(program + parts.size() + ".log"),
                        program,
                        all.toArray(String[]::new)));
    }

    private <T extends AutoCloseable> T open(T part) {
        parts.push(part);
        return part;
    }

    /** What all workers have fetched of blobs, from each other or through the master. */
    private long fetchedBytes() throws Exception {
        long sum = 0;
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (URI metrics : workerMetrics) {
                sum +=
                        http.send(
                                        HttpRequest.newBuilder(metrics).build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body()
                                .lines()
                                .filter(line ->
                                        line.startsWith(
                                                "atoll_worker_blob_transfer_bytes_total{direction=\"fetched\""))
                                .mapToLong(line -> (long) Double.parseDouble(line.split(" ")[1]))
                                .sum();
            }
        }
        return sum;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
