package dev.atoll.cli.jobfile;

import dev.atoll.core.model.Shuffle.Combiner;

import java.util.Locale;

/** What records of the same key are made into, as users write it. */
public final class Combiners {
    private Combiners() {}

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException with what is allowed, if there is none of that name
     */
    public static Combiner parse(String text) {
        for (Combiner combiner : Combiner.values()) {
            if (combiner.name().toLowerCase(Locale.ROOT).equals(text)) {
                return combiner;
            }
        }
        throw new IllegalArgumentException("count, sum, min, max, first or unique");
    }
}
