package dev.atoll.worker.shuffle;

import dev.atoll.core.model.Shuffle.Combiner;

/** What becomes of two values of the same key that were combined once already. */
enum Folding {
    /** Their sum. */
    ADD,
    /** The lesser. */
    LEAST,
    /** The greater. */
    GREATEST,
    /** The first record stays, whatever it holds. */
    FIRST;

    static Folding of(Combiner combiner) {
        return switch (combiner) {
            case COUNT, SUM -> ADD;
            case MIN -> LEAST;
            case MAX -> GREATEST;
            case FIRST, UNIQUE -> FIRST;
        };
    }

    /** Whether it takes values that are numbers. */
    boolean isOfNumbers() {
        return this != FIRST;
    }

    /** Whether the two can be folded without an overflow. */
    boolean fits(long a, long b) {
        long sum = a + b;
        return this != ADD || ((a ^ sum) & (b ^ sum)) >= 0;
    }

    long fold(long a, long b) {
        return switch (this) {
            case ADD -> a + b;
            case LEAST -> Math.min(a, b);
            case GREATEST -> Math.max(a, b);
            case FIRST -> a;
        };
    }
}
