package dev.atoll.cli.terminal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One line that shows how far some work has come. Pure. */
public final class ProgressBar {
    private static final int BAR_WIDTH_MAX = 40;
    private static final int BAR_WIDTH_MIN = 8;

    private ProgressBar() {}

    /**
     * The line: as much as fits of bar, counts, rate and time left; never wider than {@code width}.
     *
     * @param progress how far it has come
     * @param pace how fast it goes
     * @param elapsed since it began
     * @param width in characters, at least 0
     */
    public static String render(Progress progress, Pace pace, Duration elapsed, int width) {
        String counts = counts(progress);
        List<String> extras = new ArrayList<>();
        if (progress.ended() < progress.total()) {
            pace.perSecond().ifPresent(rate -> extras.add(rate(rate)));
            pace.timeFor(progress.total() - progress.ended())
                    .ifPresent(left -> extras.add(Amounts.time(left) + " left"));
        } else {
            extras.add(Amounts.time(elapsed));
        }
        String text = counts;
        for (String extra : extras) {
            if (text.length() + 2 + extra.length() <= width) {
                text += ", " + extra;
            }
        }
        int barWidth = Math.min(BAR_WIDTH_MAX, width - text.length() - 3);
        if (barWidth >= BAR_WIDTH_MIN) {
            return "[" + bar(progress, barWidth) + "] " + text;
        }
        return text.length() <= width ? text : text.substring(0, width);
    }

    private static String counts(Progress progress) {
        StringBuilder text =
                new StringBuilder()
                        .append(Amounts.count(progress.succeeded()))
                        .append('/')
                        .append(Amounts.count(progress.total()))
                        .append(" done");
        append(text, progress.running(), "running");
        append(text, progress.failed(), "failed");
        append(text, progress.cancelled(), "cancelled");
        return text.toString();
    }

    private static void append(StringBuilder text, long count, String what) {
        if (count > 0) {
            text.append(", ").append(Amounts.count(count)).append(' ').append(what);
        }
    }

    private static String rate(double perSecond) {
        return perSecond >= 100
                ? Amounts.count(Math.round(perSecond)) + "/s"
                : String.format(Locale.ROOT, "%.1f/s", perSecond);
    }

    /* Ended tasks are '#', those that run '>', rounded down: a full bar means that all have ended. */
    private static String bar(Progress progress, int width) {
        long total = Math.max(1, progress.total());
        int ended = (int) (progress.ended() * width / total);
        int begun = (int) ((progress.ended() + progress.running()) * width / total);
        return "#".repeat(ended) + ">".repeat(begun - ended) + " ".repeat(width - begun);
    }
}
