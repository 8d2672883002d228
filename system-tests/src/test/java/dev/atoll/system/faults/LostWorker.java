package dev.atoll.system.faults;

import dev.atoll.system.faults.MarkedJob.Outcome;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * How much longer a job of a minute takes when one of three workers is killed in it for good than
 * it would if the other two had known at once what they have to do.
 */
final class LostWorker {
    /* What the ideal is. Each worker has two places. The outputs of the dead worker are lost with it, so
     * what it had done is to be done again; what has begun elsewhere is not. The rest runs on the places
     * that are left at the pace that the job had before, which counts in how busy this machine is. */

    private static final int PLACES_OF_WORKER = 2;
    private static final int TASKS = 180;
    private static final Duration TASK_LENGTH = Duration.ofSeconds(2);

    private final FaultCluster cluster;
    private final Random random;

    LostWorker(FaultCluster cluster, Random random) {
        this.cluster = cluster;
        this.random = random;
    }

    /** Measures several times and tells the result as a table. */
    String measure(int rounds) throws IOException, InterruptedException {
        List<Duration> excesses = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            excesses.add(measureOnce(round));
        }
        return """
        | a worker is lost for good | rounds | beyond the ideal: median | min | max |
        |---|---|---|---|---|
        | 1 of 3, in a job of 60 s | %d | %s |
        """
                .formatted(rounds, Tally.spread(excesses));
    }

    private Duration measureOnce(int round) throws IOException, InterruptedException {
        String victim = "worker-" + (1 + random.nextInt(FaultCluster.WORKERS));
        Path directory = cluster.directory().resolve("lost-worker-" + round);
        try (MarkedJob job = MarkedJob.start(cluster.address(), directory, TASKS, TASK_LENGTH)) {
            job.awaitStarts(TASKS / 3);
            long killedNanos = now();
            cluster.process(victim).kill();
            Outcome outcome = job.outcome();
            long endNanos = now();
            if (outcome.exitCode() != 0 || !outcome.isExact()) {
                throw new AssertionError("the job is not well: " + outcome.said());
            }
            return Duration.ofNanos(endNanos - idealEnd(outcome, victim, killedNanos));
        } finally {
            cluster.process(victim).restart();
            cluster.process(victim).awaitReady();
            cluster.awaitWhole();
        }
    }

    private static long idealEnd(Outcome outcome, String victim, long killedNanos) {
        List<MarkedJob.Start> before =
                outcome.starts().stream().filter(it -> it.epochNanos() < killedNanos).toList();
        int places = FaultCluster.WORKERS * PLACES_OF_WORKER;
        double paceNanos =
                (double) (killedNanos - before.getFirst().epochNanos()) * places / before.size();
        double doneTasks =
                before.stream()
                        .filter(it -> !it.directory().contains("/" + victim + "/"))
                        .mapToDouble(it -> Math.min(1, (killedNanos - it.epochNanos()) / paceNanos))
                        .sum();
        return killedNanos
                + Math.round((TASKS - doneTasks) * paceNanos / (places - PLACES_OF_WORKER));
    }

    private static long now() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }
}
