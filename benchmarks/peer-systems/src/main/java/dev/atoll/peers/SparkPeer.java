package dev.atoll.peers;

import dev.atoll.benchmarks.contest.Contestant;
import dev.atoll.benchmarks.contest.Turns;
import dev.atoll.benchmarks.contest.Window;
import dev.atoll.benchmarks.contest.Work;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Spark as a cluster of its own: a master, three workers with an executor each, and a driver. */
final class SparkPeer implements Contestant {
    private static final String DEPLOY = "org.apache.spark.deploy.";

    private final Servers servers;
    private final JavaSparkContext context;

    private SparkPeer(Servers servers, JavaSparkContext context) {
        this.servers = servers;
        this.context = context;
    }

    /** Serves as a driver; takes the directory for logs. */
    public static void main(String[] arguments) {
        Turns.serve(() -> start(Path.of(arguments[0])));
    }

    private static SparkPeer start(Path room) throws Exception {
        Servers servers = new Servers();
        String master = startMaster(room, servers);
        JavaSparkContext context = connect(room, master);
        context.setLogLevel("ERROR");
        Servers.await(
                "three executors",
                () -> context.sc().statusTracker().getExecutorInfos().length > Servers.WORKERS);
        return new SparkPeer(servers, context);
    }

    /** Starts a master and workers, and says where. */
    static String startMaster(Path room, Servers servers) throws Exception {
        int port = Server.freePort();
        String master = "spark://127.0.0.1:" + port;
        Path jar =
                Path.of(
                        SparkConf.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        Path home = jar.getParent().getParent();
        Map<String, String> local =
                Map.of(
                        "SPARK_LOCAL_IP",
                        "127.0.0.1",
                        "SPARK_HOME",
                        home.toString(),
                        "SPARK_SCALA_VERSION",
                        "2.13");
        servers.add(
                Server.start(
                        room,
                        "master",
                        local,
                        List.of(),
                        DEPLOY + "master.Master",
                        ("--host 127.0.0.1 --port %d --webui-port 0".formatted(port)).split(" ")));
        for (int i = 0; i < Servers.WORKERS; i++) {
            servers.add(
                    Server.start(
                            room,
                            "worker-" + i,
                            local,
                            List.of(),
                            DEPLOY + "worker.Worker",
                            "--host",
                            "127.0.0.1",
                            "--cores",
                            String.valueOf(SLOTS),
                            "--memory",
                            "1g",
                            "--webui-port",
                            "0",
                            "--work-dir",
                            room.resolve("worker-" + i).toString(),
                            master));
        }
        return master;
    }

    static JavaSparkContext connect(Path room, String master) {
        return new JavaSparkContext(
                new SparkConf()
                        .setAppName("benchmark")
                        .setMaster(master)
                        .set("spark.driver.host", "127.0.0.1")
                        .set("spark.driver.bindAddress", "127.0.0.1")
                        .set("spark.executor.memory", "512m")
                        .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                        .set("spark.local.dir", room.toString())
                        .set("spark.ui.enabled", "false"));
    }

    private List<Integer> run(int from, int to, Function<Integer, Integer> task) {
        List<Integer> items = IntStream.range(from, to).boxed().toList();
        return context.parallelize(items, to - from).map(task).collect();
    }

    private void sum(int count, Function<Integer, Integer> task) {
        long sum = 0;
        for (int from = 0; from < count; from += WINDOW) {
            for (int result : run(from, Math.min(count, from + WINDOW), task)) {
                sum += result;
            }
        }
        Work.requireSum(sum, count);
    }

    @Override
    public String about() {
        return "Spark %s: a stage of as many partitions as tasks, 10,000 at most; nothing is on disk"
                .formatted(context.version());
    }

    @Override
    public void tasks(int count) {
        sum(count, Work::nothing);
    }

    @Override
    public void processes(int count) {
        sum(count, Work::process);
    }

    @Override
    public void pauses(int count, int millis) {
        sum(count, item -> Work.pause(item, millis));
    }

    @Override
    public void results(int count, int bytes) {
        long sum = 0;
        int window = Window.ofBytes(bytes);
        for (int from = 0; from < count; from += window) {
            int to = Math.min(count, from + window);
            List<Integer> items = IntStream.range(from, to).boxed().toList();
            for (byte[] result :
                    context.parallelize(items, to - from)
                            .map(item -> Work.bytes(item, bytes))
                            .collect()) {
                sum += result.length;
            }
        }
        Work.requireBytes(sum, (long) count * bytes);
    }

    @Override
    public void close() {
        context.close();
        servers.close();
    }
}
