package dev.atoll.system.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What each kind of fault has done to jobs, as a table. */
final class Tally {
    private final Map<String, Row> rows = new TreeMap<>();

    private static final class Row {
        private int rounds;
        private int lost;
        private int duplicated;
        private int reruns;
        private Duration longestPause = Duration.ZERO;
        private final List<Duration> goesOnAfter = new ArrayList<>();
    }

    /**
     * Counts a round.
     *
     * @param epochNanos when the fault began
     */
    void add(Fault fault, long epochNanos, MarkedJob.Outcome outcome) {
        Row row = rows.computeIfAbsent(fault.name(), _ -> new Row());
        row.rounds++;
        row.lost += outcome.lost();
        row.duplicated += outcome.duplicated();
        row.reruns += outcome.reruns();
        if (outcome.longestPause().compareTo(row.longestPause) > 0) {
            row.longestPause = outcome.longestPause();
        }
        row.goesOnAfter.add(outcome.goesOnAfter(epochNanos));
    }

    /**
     * The table, in Markdown. Its last columns say how long after a fault the longest pause was
     * over.
     */
    @Override
    public String toString() {
        StringBuilder table =
                new StringBuilder(
                        """
                        | fault | rounds | jobs | lost | duplicated | re-run | longest pause \
                        | goes on after: median | min | max |
                        |---|---|---|---|---|---|---|---|---|---|
                        """);
        rows.forEach((name, row) ->
                table.append(
                        String.format(
                                Locale.ROOT,
                                "| %s | %d | %d | %d | %d | %d | %s | %s |%n",
                                name,
                                row.rounds,
                                row.rounds,
                                row.lost,
                                row.duplicated,
                                row.reruns,
                                seconds(row.longestPause),
                                spread(row.goesOnAfter))));
        return table.toString();
    }

    /** The median, the least and the most, as three columns. */
    static String spread(List<Duration> lengths) {
        List<Duration> sorted = lengths.stream().sorted().toList();
        return "%s | %s | %s"
                .formatted(
                        seconds(sorted.get(sorted.size() / 2)),
                        seconds(sorted.getFirst()),
                        seconds(sorted.getLast()));
    }

    private static String seconds(Duration length) {
        return String.format(Locale.ROOT, "%.1f s", length.toMillis() / 1e3);
    }
}
