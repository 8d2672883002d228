package dev.atoll.cli.jobfile;

import dev.atoll.core.model.Shuffle.Combiner;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What records of the same key are made into, as users write it. */
public final class Combiners {
    private Combiners() {}

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException with what is allowed, if there is none of that name
     */
    public static Combiner parse(String text) {
        return find(text)
                .orElseThrow(() ->
                        new IllegalArgumentException("count, sum, min, max, first or unique"));
    }

    /** The one of that name. */
    public static Optional<Combiner> find(String text) {
        return Stream.of(Combiner.values())
                .filter(it -> it.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst();
    }
}
