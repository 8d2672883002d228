package dev.atoll.peers;

import dev.atoll.benchmarks.contest.Contestant;
import dev.atoll.benchmarks.contest.Turns;
import dev.atoll.benchmarks.contest.Window;
import dev.atoll.benchmarks.contest.Work;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Spark: each task is a partition. */
final class SparkPeer implements Contestant {
    private final SparkCluster cluster;
    private final JavaSparkContext context;

    private SparkPeer(SparkCluster cluster) {
        this.cluster = cluster;
        this.context = cluster.context();
    }

    /** Serves as a driver; takes the directory for logs. */
    public static void main(String[] arguments) {
        Turns.serve(() -> new SparkPeer(SparkCluster.start(Path.of(arguments[0]), "512m")));
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
        cluster.close();
    }
}
