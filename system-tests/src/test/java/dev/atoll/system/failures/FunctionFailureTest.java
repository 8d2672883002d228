package dev.atoll.system.failures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.client.Atoll;
import dev.atoll.client.FunctionJob;
import dev.atoll.client.FunctionOptions;
import dev.atoll.naming.testing.EtcdServer;
import dev.atoll.naming.testing.RequiresEtcd;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A function that is applied to many items on a cluster of real processes, one of which is killed
 * in the middle of it.
 */
@RequiresEtcd
class FunctionFailureTest {
    private static final List<Integer> ITEMS = IntStream.range(0, 600).boxed().toList();
    private static final int BEFORE = 50;

    @TempDir private Path directory;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private ServiceProcess naming;
    private ServiceProcess master;
    private ServiceProcess worker;
    private Atoll cluster;

    @BeforeEach
    void startCluster() throws IOException {
        EtcdServer etcd = open(EtcdServer.start());
        naming =
                start(
                        "naming",
                        "naming",
                        "--listen=127.0.0.1:0",
                        "--store=etcd:" + etcd.endpoints().getFirst(),
                        "--state-dir=" + directory.resolve("naming"));
        master = startMaster("master-1", "127.0.0.1:0");
        worker = startWorker("worker-1");
        startWorker("worker-2");
        cluster = open(Atoll.connect("naming://" + naming.address()));
    }

    private ServiceProcess startMaster(String name, String listen) throws IOException {
        return start(name, "master", "--listen=" + listen, "--naming=" + naming.address());
    }

    private ServiceProcess startWorker(String id) throws IOException {
        return start(
                id,
                "worker",
                "--worker-id=" + id,
                "--listen=127.0.0.1:0",
                "--cpus=2",
                "--state-dir=" + directory.resolve(id),
                "--naming=" + naming.address());
    }

    private ServiceProcess start(String name, String program, String... flags) throws IOException {
        return open(ServiceProcess.start(directory.resolve(name + ".log"), program, flags));
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
    void workerIsKilled_everyResultComesOnceAndInOrder() throws Exception {
        assertThat(resultsAround(worker::kill)).isEqualTo(expected());
    }

    @Test
    void masterIsKilled_everyResultComesOnceAndInOrder() throws Exception {
        assertThat(
                        resultsAround(() -> {
                            String address = master.address();
                            master.kill();
                            master = startMaster("master-2", address);
                        }))
                .isEqualTo(expected());
    }

    private interface Fault {
        void strike() throws IOException;
    }

    private List<Integer> resultsAround(Fault fault) throws IOException {
        List<Integer> results = new ArrayList<>();
        FunctionOptions options = FunctionOptions.defaults().slots(2).attemptsMax(1);
        try (FunctionJob<Integer> job = cluster.map(ITEMS, FunctionFailureTest::slowly, options);
                Stream<Integer> stream = job.results()) {
            Iterator<Integer> iterator = stream.iterator();
            while (results.size() < BEFORE) {
                results.add(iterator.next());
            }
            fault.strike();
            iterator.forEachRemaining(results::add);
        }
        return results;
    }

    private static int slowly(int item) throws InterruptedException {
        Thread.sleep(20);
        return item * item;
    }

    private static List<Integer> expected() {
        return ITEMS.stream().map(item -> item * item).toList();
    }
}
