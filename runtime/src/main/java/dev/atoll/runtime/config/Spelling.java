package dev.atoll.runtime.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody probably meant to write. */
public final class Spelling {
    private Spelling() {}

    /**
     * The candidate with the smallest edit distance (insert, remove, replace or swap neighbours),
     * if that is at most a third of the written word's length, or 2.
     */
    public static Optional<String> nearest(String written, Collection<String> candidates) {
        int distanceMax = Math.max(2, written.length() / 3);
        record Scored(String candidate, int distance) {}
        return candidates.stream()
                .map(candidate -> new Scored(candidate, distance(written, candidate)))
                .filter(scored -> scored.distance() <= distanceMax)
                .min(Comparator.comparingInt(Scored::distance).thenComparing(Scored::candidate))
                .map(Scored::candidate);
    }

    /* Optimal string alignment: the three rows are those of two, one and no letters before. */
    private static int distance(String left, String right) {
        int[] twoBefore = new int[right.length() + 1];
        int[] before = new int[right.length() + 1];
        for (int column = 0; column <= right.length(); column++) {
            before[column] = column;
        }
        for (int row = 1; row <= left.length(); row++) {
            int[] current = new int[right.length() + 1];
            current[0] = row;
            for (int column = 1; column <= right.length(); column++) {
                boolean same = left.charAt(row - 1) == right.charAt(column - 1);
                int best = before[column - 1] + (same ? 0 : 1);
                best = Math.min(best, Math.min(before[column], current[column - 1]) + 1);
                if (row > 1
                        && column > 1
                        && left.charAt(row - 1) == right.charAt(column - 2)
                        && left.charAt(row - 2) == right.charAt(column - 1)) {
                    best = Math.min(best, twoBefore[column - 2] + 1);
                }
                current[column] = best;
            }
            twoBefore = before;
            before = current;
        }
        return before[right.length()];
    }
}
