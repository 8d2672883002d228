package dev.atoll.peers;

import dev.atoll.benchmarks.contest.Contestant;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Spark as a cluster of its own: a master, three workers with an executor each, and a driver. */
final class SparkCluster implements AutoCloseable {
    private static final String DEPLOY = "org.apache.spark.deploy.";

    private final Path room;
    private final String master = "spark://127.0.0.1:" + Server.freePort();
    private final Servers servers = new Servers();
    private final JavaSparkContext context;

    private SparkCluster(Path room, String memory) throws Exception {
        this.room = room;
        startServers();
        this.context = new JavaSparkContext(configuration(memory));
    }

    /** Starts it in a directory, with so much heap for each executor, and waits for all of them. */
    static SparkCluster start(Path room, String memory) throws Exception {
        SparkCluster cluster = new SparkCluster(room, memory);
        cluster.context.setLogLevel("ERROR");
        Servers.await(
                "three executors",
                () ->
                        cluster.context.sc().statusTracker().getExecutorInfos().length
                                > Servers.WORKERS);
        return cluster;
    }

    JavaSparkContext context() {
        return context;
    }

    private void startServers() throws Exception {
        String port = master.substring(master.lastIndexOf(':') + 1);
        server("master", "master.Master", "--port", port);
        for (int i = 0; i < Servers.WORKERS; i++) {
            server(
                    "worker-" + i,
                    "worker.Worker",
                    "--cores",
                    String.valueOf(Contestant.SLOTS),
                    "--memory",
                    "2g",
                    "--work-dir",
                    room.resolve("worker-" + i).toString(),
                    master);
        }
    }

    private void server(String name, String main, String... more) throws Exception {
        Path jar =
                Path.of(
                        SparkConf.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        // A worker starts executors by the directory jars of their home.
        Map<String, String> environment =
                Map.of(
                        "SPARK_LOCAL_IP",
                        "127.0.0.1",
                        "SPARK_HOME",
                        jar.getParent().getParent().toString(),
                        "SPARK_LOCAL_DIRS",
                        room.toString(),
                        "SPARK_SCALA_VERSION",
                        "2.13");
        String[] arguments = new String[4 + more.length];
        List.of("--host", "127.0.0.1", "--webui-port", "0").toArray(arguments);
        System.arraycopy(more, 0, arguments, 4, more.length);
        servers.add(Server.start(room, name, environment, List.of(), DEPLOY + main, arguments));
    }

    private SparkConf configuration(String memory) {
        return new SparkConf()
                .setAppName("benchmark")
                .setMaster(master)
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.executor.memory", memory)
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .set("spark.local.dir", room.toString())
                .set("spark.ui.enabled", "false");
    }

    @Override
    public void close() {
        context.close();
        servers.close();
    }
}
