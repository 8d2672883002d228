package dev.atoll.benchmarks.peers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The same turn for all entrants, round after round, so that a machine whose pace drifts drifts for
 * all of them alike. Those that are much slower get fewer tasks.
 *
 * @param kind what is done
 * @param count how many tasks one turn has at most
 * @param rest what the tasks are told besides, with a blank before it, or nothing
 * @param warmUp how many tasks each runs twice at the start, and a tenth of them before each timed
 *     turn
 * @param rounds how many turns of each are counted
 * @param turnSeconds what a turn may take; who would need longer gets a tenth of the tasks, and so
 *     on
 */
record Race(String kind, int count, String rest, int warmUp, int rounds, int turnSeconds) {
    private static final Duration TURN_MAX = Duration.ofMinutes(10);

    /** What one entrant did: how many tasks in each turn, and the seconds of the turns, sorted. */
    record Result(int count, List<Double> seconds) {
        double median() {
            return seconds.get(seconds.size() / 2);
        }

        double best() {
            return seconds.getFirst();
        }

        double worst() {
            return seconds.getLast();
        }
    }

    /** Runs all rounds; who cannot take part is not in the result. */
    Map<Entrant, Result> run(List<Entrant> entrants) throws InterruptedException {
        Map<Entrant, Integer> counts = new LinkedHashMap<>();
        Map<Entrant, List<Double>> seconds = new LinkedHashMap<>();
        for (Entrant entrant : entrants) {
            Optional<Double> _ = turn(entrant, warmUp);
            Optional<Double> warm = turn(entrant, warmUp);
            if (warm.isPresent()) {
                counts.put(entrant, affordable(warm.get() / warmUp));
                seconds.put(entrant, new ArrayList<>());
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<Entrant, List<Double>> entry : seconds.entrySet()) {
                Entrant entrant = entry.getKey();
                Optional<Double> _ = turn(entrant, Math.max(1, warmUp / 10));
                turn(entrant, counts.getOrDefault(entrant, 1)).ifPresent(entry.getValue()::add);
            }
        }
        Map<Entrant, Result> results = new LinkedHashMap<>();
        seconds.forEach((entrant, times) -> {
            // Who fell out on the way has no median.
            if (times.size() == rounds) {
                results.put(
                        entrant,
                        new Result(
                                counts.getOrDefault(entrant, 1), times.stream().sorted().toList()));
            }
        });
        return results;
    }

    private Optional<Double> turn(Entrant entrant, int tasks) throws InterruptedException {
        return entrant.run(TURN_MAX, 1, "%s %d%s".formatted(kind, tasks, rest))
                        instanceof Entrant.Answer.Took(List<Double> times)
                ? Optional.of(times.getFirst())
                : Optional.empty();
    }

    private int affordable(double secondsOfTask) {
        int tasks = count;
        while (tasks / 10 >= warmUp && tasks * secondsOfTask > turnSeconds) {
            tasks /= 10;
        }
        return tasks;
    }
}
