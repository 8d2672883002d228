package dev.atoll.cli.jobfile;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers with bounds. */
final class Numbers {
    private static final int MILLIS_DIGITS = 3;
    private static final int CPUS_MAX = 1_024;

    private Numbers() {}

    /** A whole number from min to max. */
    static Section.Parser<Integer> between(int min, int max) {
        return text -> {
            String allowed = "a whole number, %d to %d".formatted(min, max);
            if (!text.matches("-?[0-9]{1,9}")) {
                throw new IllegalArgumentException(allowed);
            }
            int number = Integer.parseInt(text);
            if (number < min || number > max) {
                throw new IllegalArgumentException(allowed);
            }
            return number;
        };
    }

    /** Processors, in thousandths. */
    static int cpuMillis(String text) {
        String allowed = "a number of processors such as 2 or 0.5, 0 to " + CPUS_MAX;
        if (!text.matches("[0-9]{1,4}(\\.[0-9]{1,6})?")) {
            throw new IllegalArgumentException(allowed);
        }
        BigDecimal millis = new BigDecimal(text).movePointRight(MILLIS_DIGITS);
        int rounded = millis.setScale(0, RoundingMode.HALF_UP).intValueExact();
        if (rounded > CPUS_MAX * 1_000) {
            throw new IllegalArgumentException(allowed);
        }
        return rounded;
    }
}
