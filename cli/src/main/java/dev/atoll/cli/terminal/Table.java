package dev.atoll.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Rows under headings, each column as wide as its widest cell. */
public final class Table {
    private static final String GAP = "  ";

    private final List<String> headings;
    private final Set<Integer> right = new TreeSet<>();
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * @param headings of the columns; one that begins with '>' is aligned to the right
     */
    public Table(String... headings) {
        List<String> plain = new ArrayList<>();
        for (int i = 0; i < headings.length; i++) {
            if (headings[i].startsWith(">")) {
                right.add(i);
            }
            plain.add(headings[i].replaceFirst("^>", ""));
        }
        this.headings = List.copyOf(plain);
    }

    /** Adds a row; control characters in a cell are shown as '?'. */
    public Table row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(
                    "%d cells for %d columns".formatted(cells.length, headings.size()));
        }
        rows.add(Arrays.stream(cells).map(Table::printable).toList());
        return this;
    }

    /** The table as lines. */
    public String render() {
        int[] widths = new int[headings.size()];
        measure(headings, widths);
        rows.forEach(row -> measure(row, widths));
        StringBuilder out = new StringBuilder();
        append(out, headings, widths);
        rows.forEach(row -> append(out, row, widths));
        return out.toString();
    }

    private static String printable(Object cell) {
        return String.valueOf(cell).replaceAll("\\p{Cntrl}", "?");
    }

    private static void measure(List<String> row, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], row.get(i).length());
        }
    }

    private void append(StringBuilder out, List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            String space = " ".repeat(widths[i] - cell.length());
            line.append(i == 0 ? "" : GAP);
            line.append(right.contains(i) ? space + cell : cell + space);
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }
}
