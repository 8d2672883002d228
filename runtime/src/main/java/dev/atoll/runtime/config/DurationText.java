package dev.atoll.runtime.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: a whole number and one unit of us, ms, s, m, h or d. */
public final class DurationText {
    private static final String ALLOWED = "a duration such as 250ms, 10s, 5m, 2h or 1d";
    private static final Pattern FORM = Pattern.compile("([0-9]{1,12}) ?(us|ms|s|m|h|d)|(0)");

    private DurationText() {}

    /**
     * Reads a duration; a bare 0 needs no unit.
     *
     * @throws IllegalArgumentException with what is allowed
     */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(ALLOWED);
        }
        String digits = matcher.group(1);
        String unit = matcher.group(2);
        if (digits == null || unit == null) {
            return Duration.ZERO;
        }
        long number = Long.parseLong(digits);
        return switch (unit) {
            case "us" -> Duration.ofNanos(number * 1_000);
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
