package dev.atoll.benchmarks.peers;

import java.util.List;

/** Prints a Markdown table, row by row. */
final class Table {
    Table(String title, String... columns) {
        System.out.printf("%n%s%n%n", title);
        row(List.of(columns));
        row(List.of(columns).stream().map(_ -> "---").toList());
    }

    /** Numbers of less than ten get a decimal, and those below one get two. */
    static String number(double value) {
        String format = value < 1 ? "%.2f" : value < 10 ? "%.1f" : "%,.0f";
        return format.formatted(value);
    }

    void row(String... cells) {
        row(List.of(cells));
    }

    private static void row(List<String> cells) {
        System.out.println("| " + String.join(" | ", cells) + " |");
    }
}
