package dev.atoll.cli.terminal;

import java.time.Duration;
import java.util.Locale;

/** Amounts as people read them: short, and never more exact than they are. */
public final class Amounts {
    private static final String[] SIZE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final int UNIT = 1_024;

    private Amounts() {}

    /** Bytes: "0 B", "1.5 MiB". */
    public static String bytes(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= UNIT && unit < SIZE_UNITS.length - 1) {
            amount /= UNIT;
            unit++;
        }
        String number =
                unit == 0 || amount >= 100
                        ? String.format(Locale.ROOT, "%.0f", amount)
                        : String.format(Locale.ROOT, "%.1f", amount);
        return number + " " + SIZE_UNITS[unit];
    }

    /** A time: "0.4s", "12s", "3m05s", "2h10m", "4d03h". */
    public static String time(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1fs", Math.max(0, time.toMillis()) / 1e3);
        }
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3_600) {
            return String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60);
        }
        long minutes = seconds / 60;
        if (minutes < 24 * 60) {
            return String.format(Locale.ROOT, "%dh%02dm", minutes / 60, minutes % 60);
        }
        long hours = minutes / 60;
        return String.format(Locale.ROOT, "%dd%02dh", hours / 24, hours % 24);
    }

    /** A count in groups of three digits: "1,234,567". */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A number with as many digits after the point as it needs, at most 3: "2", "0.5". */
    public static String decimal(double number) {
        return number == Math.rint(number)
                ? Long.toString(Math.round(number))
                : String.format(Locale.ROOT, "%.3f", number).replaceAll("0+$", "");
    }
}
