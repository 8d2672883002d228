package dev.atoll.core.model;

import java.util.Arrays;

/**
 * A changing set of task indexes. A million neighbours cost as much as one; the cost of a change
 * grows with the number of ranges behind it, by one array copy.
 */
public final class RangeSet {
    /* As in Ranges: bounds[2k] is the first index of range k, bounds[2k + 1] the one after its last;
     * ascending, disjoint, not touching. Adding or removing [first, end) replaces the ranges that it
     * meets by at most two, so one splice serves both; what lies behind moves by arraycopy. Most
     * changes are at the ends, where there is nothing behind. */
    private int[] bounds = new int[8];
    private int length;
    private int size;

    /** An empty set. */
    public RangeSet() {}

    /** A set of the same indexes. */
    public RangeSet(Ranges ranges) {
        addAll(ranges);
    }

    /** Whether there is no index. */
    public boolean isEmpty() {
        return length == 0;
    }

    /** How many indexes. */
    public int size() {
        return size;
    }

    /** How many ranges. */
    public int rangeCount() {
        return length / 2;
    }

    /** Whether the index is in the set. */
    public boolean contains(int index) {
        return boundsUpTo(index) % 2 == 1;
    }

    /** The lowest index that is not below {@code from}, or -1. */
    public int nextAtOrAfter(int from) {
        int at = boundsUpTo(from);
        if (at % 2 == 1) {
            return from;
        }
        return at < length ? bounds[at] : -1;
    }

    /** The lowest index at or after {@code from} that is not in the set. */
    public int nextAbsentAtOrAfter(int from) {
        int at = boundsUpTo(from);
        return at % 2 == 1 ? bounds[at] : from;
    }

    /** Adds first to end - 1. */
    public void add(int first, int end) {
        if (first < 0 || end < first) {
            throw new IllegalArgumentException("not a range: %d..%d".formatted(first, end));
        }
        if (first == end) {
            return;
        }
        int from = boundsBelow(first);
        int to = boundsUpTo(end);
        int newFirst = from % 2 == 1 ? bounds[from - 1] : first;
        int newEnd = to % 2 == 1 ? bounds[to] : end;
        int spliceFrom = from - from % 2;
        int spliceTo = to + to % 2;
        splice(spliceFrom, spliceTo, newFirst, newEnd, 0, 0);
    }

    /** Adds all. */
    public void addAll(Ranges ranges) {
        for (int k = 0; k < ranges.rangeCount(); k++) {
            add(ranges.first(k), ranges.end(k));
        }
    }

    /** Removes first to end - 1; those that are not in the set do not matter. */
    public void remove(int first, int end) {
        if (first < 0 || end < first) {
            throw new IllegalArgumentException("not a range: %d..%d".formatted(first, end));
        }
        if (first == end || length == 0) {
            return;
        }
        int from = boundsUpTo(first);
        int to = boundsBelow(end);
        int lowFirst = from % 2 == 1 ? bounds[from - 1] : first;
        int highEnd = to % 2 == 1 ? bounds[to] : end;
        splice(from - from % 2, to + to % 2, lowFirst, first, end, highEnd);
    }

    /** Removes all. */
    public void removeAll(Ranges ranges) {
        for (int k = 0; k < ranges.rangeCount(); k++) {
            remove(ranges.first(k), ranges.end(k));
        }
    }

    /** Removes and returns the lowest {@code count} indexes, or all if there are fewer. */
    public Ranges takeFirst(int count) {
        if (count >= size) {
            Ranges all = toRanges();
            clear();
            return all;
        }
        int taken = 0;
        int at = 0;
        while (at < length && taken + bounds[at + 1] - bounds[at] <= count) {
            taken += bounds[at + 1] - bounds[at];
            at += 2;
        }
        int rest = count - taken;
        int[] out = Arrays.copyOf(bounds, rest > 0 ? at + 2 : at);
        if (rest > 0) {
            out[at + 1] = bounds[at] + rest;
            bounds[at] += rest;
        }
        System.arraycopy(bounds, at, bounds, 0, length - at);
        length -= at;
        size -= count;
        return Ranges.ofBounds(out);
    }

    /** Those of {@code ranges} that are in the set. */
    public Ranges intersection(Ranges ranges) {
        RangeSet common = new RangeSet();
        for (int k = 0; k < ranges.rangeCount(); k++) {
            int first = nextAtOrAfter(ranges.first(k));
            while (first >= 0 && first < ranges.end(k)) {
                int end = Math.min(nextAbsentAtOrAfter(first), ranges.end(k));
                common.add(first, end);
                first = nextAtOrAfter(end);
            }
        }
        return common.toRanges();
    }

    /** Those of {@code ranges} that are not in the set. */
    public Ranges absentFrom(Ranges ranges) {
        RangeSet absent = new RangeSet(ranges);
        absent.removeAll(intersection(ranges));
        return absent.toRanges();
    }

    /** Removes everything. */
    public void clear() {
        length = 0;
        size = 0;
    }

    /** The indexes now. */
    public Ranges toRanges() {
        return Ranges.ofBounds(Arrays.copyOf(bounds, length));
    }

    @Override
    public String toString() {
        return toRanges().toString();
    }

    /** How many bounds are at most {@code value}: odd when value lies in a range. */
    private int boundsUpTo(int value) {
        int at = Arrays.binarySearch(bounds, 0, length, value);
        return at >= 0 ? at + 1 : -at - 1;
    }

    /**
     * How many bounds are less than {@code value}: odd when value lies in or just after a range.
     */
    private int boundsBelow(int value) {
        int at = Arrays.binarySearch(bounds, 0, length, value);
        return at >= 0 ? at : -at - 1;
    }

    /** Replaces bounds[from..to) by up to two ranges; an empty one is left out. */
    private void splice(int from, int to, int lowFirst, int lowEnd, int highFirst, int highEnd) {
        for (int i = from; i < to; i += 2) {
            size -= bounds[i + 1] - bounds[i];
        }
        int added = (lowEnd > lowFirst ? 2 : 0) + (highEnd > highFirst ? 2 : 0);
        int newLength = length - (to - from) + added;
        if (newLength > bounds.length) {
            bounds = Arrays.copyOf(bounds, Math.max(newLength, bounds.length + bounds.length / 2));
        }
        System.arraycopy(bounds, to, bounds, from + added, length - to);
        length = newLength;
        int at = from;
        if (lowEnd > lowFirst) {
            bounds[at++] = lowFirst;
            bounds[at++] = lowEnd;
        }
        if (highEnd > highFirst) {
            bounds[at++] = highFirst;
            bounds[at] = highEnd;
        }
        size += Math.max(0, lowEnd - lowFirst) + Math.max(0, highEnd - highFirst);
    }
}
