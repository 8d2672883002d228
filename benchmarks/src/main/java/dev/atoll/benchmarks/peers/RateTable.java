package dev.atoll.benchmarks.peers;

import java.util.Map;

/**
 * A race as a table of what was done in a second, and how the first one's rate is to the others'.
 */
final class RateTable {
    private RateTable() {}

    /**
     * Prints it.
     *
     * @param unit what is counted
     * @param each how much of the unit a task is
     */
    static void print(String title, String unit, double each, Map<Entrant, Race.Result> results) {
        if (results.isEmpty()) {
            return;
        }
        Entrant first = results.keySet().iterator().next();
        double base = 0;
        Table table =
                new Table(
                        title,
                        "system",
                        "tasks of a turn",
                        unit + "/s median",
                        "min",
                        "max",
                        first.name() + " to this");
        for (Map.Entry<Entrant, Race.Result> entry : results.entrySet()) {
            Race.Result result = entry.getValue();
            double amount = result.count() * each;
            double rate = amount / result.median();
            base = base == 0 ? rate : base;
            table.row(
                    entry.getKey().name(),
                    "%,d".formatted(result.count()),
                    Table.number(rate),
                    Table.number(amount / result.worst()),
                    Table.number(amount / result.best()),
                    "%.2f".formatted(base / rate));
        }
    }
}
