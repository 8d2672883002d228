package dev.atoll.core.model;

import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;

/** Some task indexes, as few ranges as possible: ascending, disjoint, not touching. Immutable. */
public final class Ranges {
    /* bounds[2k] is the first index of range k and bounds[2k + 1] the one after its last. */
    private static final Ranges EMPTY = new Ranges(new int[0]);

    private final int[] bounds;

    private Ranges(int[] bounds) {
        this.bounds = bounds;
    }

    /** A range: {@code first} to {@code end - 1}. */
    public record Range(int first, int end) {
        public Range {
            if (first < 0 || end <= first) {
                throw new IllegalArgumentException("not a range: %d..%d".formatted(first, end));
            }
        }

        /** How many indexes. */
        public int size() {
            return end - first;
        }
    }

    /** No index. */
    public static Ranges empty() {
        return EMPTY;
    }

    /** One index. */
    public static Ranges of(int index) {
        return between(index, index + 1);
    }

    /** The indexes from {@code first} to {@code end - 1}; none if they are equal. */
    public static Ranges between(int first, int end) {
        return first == end ? EMPTY : of(List.of(new Range(first, end)));
    }

    /** Any ranges, in any order; they may touch or overlap. */
    public static Ranges of(List<Range> ranges) {
        RangeSet set = new RangeSet();
        for (Range range : ranges) {
            set.add(range.first(), range.end());
        }
        return set.toRanges();
    }

    /** Takes ownership of bounds that are known to be ascending, disjoint and not touching. */
    static Ranges ofBounds(int[] bounds) {
        return bounds.length == 0 ? EMPTY : new Ranges(bounds);
    }

    /** Whether there is no index. */
    public boolean isEmpty() {
        return bounds.length == 0;
    }

    /** How many indexes. */
    public int size() {
        int size = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            size += bounds[i + 1] - bounds[i];
        }
        return size;
    }

    /** How many ranges. */
    public int rangeCount() {
        return bounds.length / 2;
    }

    /** The first index of range {@code k}. */
    public int first(int k) {
        return bounds[2 * k];
    }

    /** The index after the last of range {@code k}. */
    public int end(int k) {
        return bounds[2 * k + 1];
    }

    /** The lowest index. */
    public int first() {
        if (isEmpty()) {
            throw new NoSuchElementException("no index");
        }
        return bounds[0];
    }

    /** The index after the highest; 0 when there is none. */
    public int end() {
        return isEmpty() ? 0 : bounds[bounds.length - 1];
    }

    /** Whether the index is among them. */
    public boolean contains(int index) {
        int at = Arrays.binarySearch(bounds, index);
        return at >= 0 ? at % 2 == 0 : (-at - 1) % 2 == 1;
    }

    /** The ranges, one object each: for edges and tests, not for hot paths. */
    public List<Range> asList() {
        return IntStream.range(0, rangeCount()).mapToObj(k -> new Range(first(k), end(k))).toList();
    }

    /** Each index, ascending. */
    public PrimitiveIterator.OfInt indexes() {
        return IntStream.range(0, rangeCount())
                .flatMap(k -> IntStream.range(first(k), end(k)))
                .iterator();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ranges ranges && Arrays.equals(bounds, ranges.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    /** As people write it: "0-4,7". */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int k = 0; k < rangeCount(); k++) {
            text.append(k == 0 ? "" : ",").append(first(k));
            if (end(k) - first(k) > 1) {
                text.append('-').append(end(k) - 1);
            }
        }
        return text.toString();
    }
}
