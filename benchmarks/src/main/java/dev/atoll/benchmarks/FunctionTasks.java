package dev.atoll.benchmarks;

import dev.atoll.client.Atoll;
import dev.atoll.client.FunctionJob;
import dev.atoll.client.FunctionOptions;
import dev.atoll.client.JobRequest;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Measures how many empty functions the cluster of this machine runs in a second. */
public final class FunctionTasks {
    private static final int WARM_UP = 1_000;

    private FunctionTasks() {}

    /**
     * Prints a line of a table for each number of tasks.
     *
     * @param arguments slots of a JVM, thousandths of a processor for each task, rounds, and
     *     numbers of tasks
     */
    public static void main(String[] arguments) {
        int slots = Integer.parseInt(arguments[0]);
        int cpuMillis = Integer.parseInt(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        FunctionOptions options =
                FunctionOptions.defaults()
                        .slots(slots)
                        .cpuMillis(cpuMillis)
                        .durability(JobRequest.Durability.ONE);
        System.out.println("| tasks | slots | mCPU | seconds | tasks/s |");
        System.out.println("|---|---|---|---|---|");
        try (Atoll cluster = Atoll.connect()) {
            Duration _ = run(cluster, WARM_UP, options);
            for (int i = 3; i < arguments.length; i++) {
                int count = Integer.parseInt(arguments[i]);
                for (int round = 0; round < rounds; round++) {
                    Duration time = run(cluster, count, options);
                    double seconds = time.toNanos() / 1e9;
                    System.out.printf(
                            "| %,d | %d | %d | %.2f | %,.0f |%n",
                            count, slots, cpuMillis, seconds, count / seconds);
                }
            }
        }
    }

    /** From the call to the last result, in order. */
    private static Duration run(Atoll cluster, int count, FunctionOptions options) {
        List<Integer> items = IntStream.range(0, count).boxed().toList();
        long begin = System.nanoTime();
        try (FunctionJob<Integer> job = cluster.map(items, item -> item, options)) {
            long sum = job.results().mapToLong(Integer::longValue).sum();
            if (sum != (long) count * (count - 1) / 2) {
                throw new IllegalStateException("the results are wrong: " + sum);
            }
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
