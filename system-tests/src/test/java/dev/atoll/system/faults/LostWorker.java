package dev.atoll.system.faults;

import dev.atoll.system.faults.MarkedJob.Outcome;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much longer a job of a minute takes when one of three workers is killed in it for good than
 * it would if the other two had known at once what they have to do.
 */
final class LostWorker {
    /* What the ideal is. Each worker has two places. Of what the dead worker had begun, that is to be done
     * again which did run again, for its output was lost or there was none yet; what has begun elsewhere
     * is not. The rest is dealt out, one
     * by one, to whichever of the places that are left is free first. A task takes what one took before
     * in the same place until the next began there, which counts in how busy this machine is. */

    private static final int PLACES_OF_WORKER = 2;
    private static final int TASKS = 180;
    private static final Duration TASK_LENGTH = Duration.ofSeconds(2);

    private static final Pattern WORKER = Pattern.compile("worker-[0-9]+");

    private final FaultCluster cluster;
    private final Random random;
    private final List<Integer> rerunCounts = new ArrayList<>();

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
        | a worker is lost for good | rounds | re-run | beyond the ideal: median | min | max |
        |---|---|---|---|---|---|
        | 1 of 3, in a job of 60 s | %d | %s | %s |
        """
                .formatted(rounds, rerunCounts, Tally.spread(excesses));
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
            rerunCounts.add(outcome.reruns());
            return Duration.ofNanos(endNanos - idealEnd(outcome, victim, killedNanos));
        } finally {
            cluster.process(victim).restart();
            cluster.process(victim).awaitReady();
            cluster.awaitWhole();
        }
    }

    private static long idealEnd(Outcome outcome, String victim, long killedNanos) {
        Map<String, List<Long>> starts = new TreeMap<>();
        for (MarkedJob.Start start : outcome.starts()) {
            if (start.epochNanos() < killedNanos) {
                starts.computeIfAbsent(worker(start), _ -> new ArrayList<>())
                        .add(start.epochNanos());
            }
        }
        long paceNanos = pace(starts.values());
        PriorityQueue<Long> free = new PriorityQueue<>();
        int left = TASKS - doneForGood(outcome, victim, killedNanos);
        for (Map.Entry<String, List<Long>> worker : starts.entrySet()) {
            if (!worker.getKey().equals(victim)) {
                List<Long> begun = worker.getValue();
                left -= begun.size();
                begun.subList(begun.size() - PLACES_OF_WORKER, begun.size())
                        .forEach(it -> free.add(it + paceNanos));
            }
        }
        for (; left > 0; left--) {
            free.add(Math.max(killedNanos, free.remove()) + paceNanos);
        }
        return free.stream().max(Comparator.naturalOrder()).orElseThrow();
    }

    /** How many tasks began on the victim only. */
    private static int doneForGood(Outcome outcome, String victim, long killedNanos) {
        Set<String> there = new HashSet<>();
        Set<String> elsewhere = new HashSet<>();
        for (MarkedJob.Start start : outcome.starts()) {
            boolean isThere = worker(start).equals(victim) && start.epochNanos() < killedNanos;
            (isThere ? there : elsewhere).add(start.task());
        }
        there.removeAll(elsewhere);
        return there.size();
    }

    /** The mean time from one start to the next in the same place. */
    private static long pace(Collection<List<Long>> startsOfWorkers) {
        long sum = 0;
        int count = 0;
        for (List<Long> starts : startsOfWorkers) {
            for (int i = PLACES_OF_WORKER; i < starts.size(); i++) {
                sum += starts.get(i) - starts.get(i - PLACES_OF_WORKER);
                count++;
            }
        }
        return sum / count;
    }

    private static String worker(MarkedJob.Start start) {
        Matcher matcher = WORKER.matcher(start.directory());
        if (!matcher.find()) {
            throw new IllegalStateException("no worker in " + start);
        }
        return matcher.group();
    }

    private static long now() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }
}
