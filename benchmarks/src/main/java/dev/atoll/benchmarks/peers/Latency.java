package dev.atoll.benchmarks.peers;

import dev.atoll.benchmarks.peers.Entrant.Answer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One task at a time, from submit to result.
 *
 * @param turn what is done
 * @param times how often in each turn
 * @param rounds how many turns are counted; one before them is not
 */
record Latency(String turn, int times, int rounds) {
    private static final Duration TURN_MAX = Duration.ofMinutes(5);

    /** Runs all rounds, and prints a table of percentiles. */
    void print(String title, List<Entrant> entrants) throws InterruptedException {
        Map<Entrant, List<Double>> seconds = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (Entrant entrant : entrants) {
                if (entrant.run(TURN_MAX, times, turn) instanceof Answer.Took took && round > 0) {
                    seconds.computeIfAbsent(entrant, _ -> new ArrayList<>()).addAll(took.seconds());
                }
            }
        }
        if (seconds.isEmpty()) {
            return;
        }
        Entrant first = seconds.keySet().iterator().next();
        Table table =
                new Table(
                        title,
                        "system",
                        "times",
                        "ms p50",
                        "p90",
                        "p99",
                        "max",
                        first.name() + " to this, p50");
        double base = 0;
        for (Map.Entry<Entrant, List<Double>> entry : seconds.entrySet()) {
            List<Double> sorted = entry.getValue().stream().sorted().toList();
            double median = percentile(sorted, 50);
            base = base == 0 ? median : base;
            table.row(
                    entry.getKey().name(),
                    String.valueOf(sorted.size()),
                    Table.number(median),
                    Table.number(percentile(sorted, 90)),
                    Table.number(percentile(sorted, 99)),
                    Table.number(sorted.getLast() * 1e3),
                    "%.2f".formatted(base / median));
        }
    }

    private static double percentile(List<Double> sorted, int percent) {
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)) * 1e3;
    }
}
