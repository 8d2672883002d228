package dev.atoll.cli.demo;

import dev.atoll.cli.terminal.Amounts;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * What the demo did. Renders itself.
 *
 * @param documents how many texts there were
 * @param bytes how long they were together
 * @param tasks how many tasks it took
 * @param tasksByWorker which worker ran how many
 * @param words how many different words there are
 * @param elapsed from the first byte read to the result
 */
public record DemoAccount(
        int documents,
        long bytes,
        long tasks,
        SortedMap<String, Integer> tasksByWorker,
        long words,
        Duration elapsed) {
    private static final double MEGA = 1e6;

    /** The account in lines. */
    public String render() {
        StringBuilder text = new StringBuilder();
        text.append(
                "%s documents, %s, %s different words\n"
                        .formatted(
                                Amounts.count(documents),
                                Amounts.bytes(bytes),
                                Amounts.count(words)));
        List<String> shares =
                tasksByWorker.entrySet().stream()
                        .map(share -> share.getKey() + " ran " + Amounts.count(share.getValue()))
                        .toList();
        text.append("%s tasks: %s\n".formatted(Amounts.count(tasks), String.join(", ", shares)));
        double seconds = Math.max(1, elapsed.toMillis()) / 1e3;
        text.append(
                String.format(Locale.ROOT, "%.1f s, %.0f MB/s\n", seconds, bytes / MEGA / seconds));
        return text.toString();
    }
}
