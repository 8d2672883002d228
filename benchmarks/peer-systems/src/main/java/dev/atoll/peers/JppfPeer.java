package dev.atoll.peers;

import dev.atoll.benchmarks.contest.Contestant;
import dev.atoll.benchmarks.contest.Turns;
import dev.atoll.benchmarks.contest.Window;
import dev.atoll.benchmarks.contest.Work;

import org.jppf.client.JPPFClient;
import org.jppf.client.JPPFJob;
import org.jppf.node.protocol.AbstractTask;
import org.jppf.node.protocol.Task;
import org.jppf.utils.VersionUtils;

import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** JPPF: a driver, three nodes, and a client. */
final class JppfPeer implements Contestant {
    private final Servers servers;
    private final JPPFClient client;

    private JppfPeer(Servers servers, JPPFClient client) {
        this.servers = servers;
        this.client = client;
    }

    /** Serves as a client; takes the directory for logs. */
    public static void main(String[] arguments) {
        Turns.serve(() -> start(Path.of(arguments[0])));
    }

    private static JppfPeer start(Path room) throws Exception {
        int port = Server.freePort();
        Servers servers = new Servers();
        servers.add(
                server(
                        room,
                        "driver",
                        "org.jppf.server.JPPFDriver",
                        "jppf.server.port = " + port,
                        "jppf.load.balancing.algorithm = proportional",
                        "jppf.load.balancing.profile = benchmark",
                        "jppf.load.balancing.profile.benchmark.initialSize = 10"));
        for (int i = 0; i < Servers.WORKERS; i++) {
            servers.add(
                    server(
                            room,
                            "node-" + i,
                            "org.jppf.node.NodeRunner",
                            "jppf.server.host = 127.0.0.1",
                            "jppf.server.port = " + port,
                            "jppf.processing.threads = " + SLOTS));
        }
        System.setProperty(
                "jppf.config",
                configuration(
                        room,
                        "client",
                        "jppf.drivers = driver",
                        "driver.jppf.server.host = 127.0.0.1",
                        "driver.jppf.server.port = " + port));
        JppfPeer peer = new JppfPeer(servers, new JPPFClient());
        // A job waits for a driver and a node; only many tasks show that all nodes are there.
        for (int i = 0; i < 20; i++) {
            peer.pauses(6, 100);
        }
        return peer;
    }

    private static Server server(Path room, String name, String main, String... lines)
            throws Exception {
        return Server.start(
                room,
                name,
                Map.of(),
                List.of("-Djppf.config=" + configuration(room, name, lines)),
                main,
                "noLauncher");
    }

    private static String configuration(Path room, String name, String... lines) throws Exception {
        Path file = room.resolve(name + ".properties");
        // Without management a driver of this version turns every node away.
        List<String> common =
                List.of(
                        "jppf.discovery.enabled = false",
                        "jppf.management.host = 127.0.0.1",
                        "jppf.management.port = " + Server.freePort());
        Files.write(file, common);
        Files.write(file, List.of(lines), StandardOpenOption.APPEND);
        return file.toString();
    }

    /** What a task does. */
    private interface Body<R> extends Serializable {
        R call() throws Exception;
    }

    /** A task that keeps what its body gives. */
    private static final class Call<R> extends AbstractTask<R> {
        private static final long serialVersionUID = 1;

        private final Body<R> body;

        Call(Body<R> body) {
            this.body = body;
        }

        @Override
        public void run() {
            try {
                setResult(body.call());
            } catch (Exception e) {
                setThrowable(e);
            }
        }
    }

    private List<Task<?>> run(int from, int to, IntFunction<Body<?>> task) throws Exception {
        JPPFJob job = new JPPFJob();
        for (int i = from; i < to; i++) {
            job.add(new Call<>(task.apply(i)));
        }
        return client.submit(job);
    }

    private void sum(int count, IntFunction<Body<?>> task) throws Exception {
        long sum = 0;
        for (int from = 0; from < count; from += WINDOW) {
            for (Task<?> ended : run(from, Math.min(count, from + WINDOW), task)) {
                sum += (Integer) resultOf(ended);
            }
        }
        Work.requireSum(sum, count);
    }

    private static Object resultOf(Task<?> task) {
        if (task.getThrowable() != null) {
            throw new IllegalStateException(task.getThrowable());
        }
        return task.getResult();
    }

    @Override
    public String about() {
        return "JPPF %s: jobs of at most 10,000 tasks; nothing is on disk"
                .formatted(VersionUtils.getVersion().getVersionNumber());
    }

    @Override
    public void tasks(int count) throws Exception {
        sum(count, i -> () -> Work.nothing(i));
    }

    @Override
    public void processes(int count) throws Exception {
        sum(count, i -> () -> Work.process(i));
    }

    @Override
    public void pauses(int count, int millis) throws Exception {
        sum(count, i -> () -> Work.pause(i, millis));
    }

    @Override
    public void results(int count, int bytes) throws Exception {
        long sum = 0;
        int window = Window.ofBytes(bytes);
        for (int from = 0; from < count; from += window) {
            int to = Math.min(count, from + window);
            for (Task<?> ended : run(from, to, i -> () -> Work.bytes(i, bytes))) {
                sum += ((byte[]) resultOf(ended)).length;
            }
        }
        Work.requireBytes(sum, (long) count * bytes);
    }

    @Override
    public void close() {
        client.close();
        servers.close();
    }
}
