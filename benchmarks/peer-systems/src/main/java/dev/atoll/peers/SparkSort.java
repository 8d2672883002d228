package dev.atoll.peers;

import org.apache.spark.api.java.JavaSparkContext;

import scala.Tuple2;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Sorts lines by their first ten characters, with Spark's sortByKey. Takes a directory for the
 * cluster, the heap of an executor, and the file of lines; is then told over standard input, line
 * by line, into which directory to sort it, and says so when it has.
 */
final class SparkSort {
    private static final int KEY_CHARACTERS = 10;
    private static final int PARTITIONS = 16;

    private SparkSort() {}

    /** Serves until the input ends. */
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err);
        try (SparkCluster cluster = SparkCluster.start(Path.of(arguments[0]), arguments[1])) {
            answers.println("ready");
            BufferedReader input =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                sort(cluster.context(), arguments[2], line);
                answers.println(line);
            }
        }
        System.exit(0);
    }

    private static void sort(JavaSparkContext context, String from, String to) {
        context.textFile("file://" + from, PARTITIONS)
                .mapToPair(line -> new Tuple2<>(line.substring(0, KEY_CHARACTERS), line))
                .sortByKey(true, PARTITIONS)
                .values()
                .saveAsTextFile("file://" + to);
    }
}
