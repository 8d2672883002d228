package dev.atoll.worker.shuffle;

import java.util.Arrays;

/** Records in memory, in the order in which they came. Not thread-safe. */
final class RecordTable {
    private static final int ARENA_MIN = 64 << 10;
    private static final int COUNT_MIN = 1 << 10;

    /** What a record costs besides its bytes: four ints here, and an int and a long to sort it. */
    private static final int OVERHEAD_BYTES = 6 * Integer.BYTES + 2 * (Integer.BYTES + Long.BYTES);

    private final long budgetBytes;
    private byte[] arena = new byte[ARENA_MIN];
    private int used;
    private int[] offsets = new int[COUNT_MIN];
    private int[] lengths = new int[COUNT_MIN];
    private int[] keyLengths = new int[COUNT_MIN];
    private int[] partitions = new int[COUNT_MIN];
    private int count;

    /**
     * @param budgetBytes about how much memory it may take; one record always has room
     */
    RecordTable(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    int count() {
        return count;
    }

    /** About how much memory its records take. */
    long usedBytes() {
        return used + (long) count * OVERHEAD_BYTES;
    }

    /** Whether a record of this length has no room any more. */
    boolean isFullFor(int length) {
        return count > 0 && usedBytes() + length + OVERHEAD_BYTES > budgetBytes;
    }

    /** Adds a copy of a record; returns its number. */
    int add(int partition, byte[] bytes, int offset, int length, int keyLength) {
        if (used + length > arena.length) {
            arena = Arrays.copyOf(arena, grown(used + length));
        }
        if (count == offsets.length) {
            int capacity = count * 2;
            offsets = Arrays.copyOf(offsets, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
            keyLengths = Arrays.copyOf(keyLengths, capacity);
            partitions = Arrays.copyOf(partitions, capacity);
        }
        System.arraycopy(bytes, offset, arena, used, length);
        offsets[count] = used;
        lengths[count] = length;
        keyLengths[count] = keyLength;
        partitions[count] = partition;
        used += length;
        return count++;
    }

    private int grown(int needed) {
        return (int) Math.max(needed, Math.min(arena.length * 2L, budgetBytes));
    }

    /** Whether a record has this key. */
    boolean hasKey(int record, byte[] bytes, int offset, int keyLength) {
        int at = offsets[record];
        return keyLengths[record] == keyLength
                && Arrays.equals(arena, at, at + keyLength, bytes, offset, offset + keyLength);
    }

    void clear() {
        used = 0;
        count = 0;
    }

    /** The numbers of the records by partition and key; of equal keys, as they came. */
    int[] sorted() {
        int[] order = byPartition();
        long[] prefixes = new long[count];
        for (int i = 0; i < count; i++) {
            prefixes[i] = Keys.prefix(arena, offsets[order[i]], keyLengths[order[i]]);
        }
        int start = 0;
        for (int i = 1; i <= count; i++) {
            if (i == count || partitions[order[i]] != partitions[order[start]]) {
                new MergeSort(prefixes, order).sort(start, i);
                start = i;
            }
        }
        return order;
    }

    /** The numbers of the records by partition: a counting sort. */
    private int[] byPartition() {
        int partitionCount = 0;
        for (int i = 0; i < count; i++) {
            partitionCount = Math.max(partitionCount, partitions[i] + 1);
        }
        int[] ends = new int[partitionCount + 1];
        for (int i = 0; i < count; i++) {
            ends[partitions[i] + 1]++;
        }
        for (int p = 0; p < partitionCount; p++) {
            ends[p + 1] += ends[p];
        }
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[ends[partitions[i]]++] = i;
        }
        return order;
    }

    /** Points a cursor to a record. */
    void show(int record, RecordCursor cursor) {
        cursor.pointTo(
                partitions[record], arena, offsets[record], lengths[record], keyLengths[record]);
    }

    /* Stable, and never worse than n log n, whatever comes: insertion sort for short stretches, and
     * merges of two neighbours. */
    private final class MergeSort {
        private static final int STRETCH = 12;

        private final long[] prefixes;
        private final int[] order;
        private long[] otherPrefixes = new long[0];
        private int[] otherOrder = new int[0];

        MergeSort(long[] prefixes, int[] order) {
            this.prefixes = prefixes;
            this.order = order;
        }

        void sort(int from, int to) {
            if (to - from > STRETCH) {
                otherPrefixes = new long[(to - from + 1) / 2];
                otherOrder = new int[(to - from + 1) / 2];
            }
            split(from, to);
        }

        private void split(int from, int to) {
            if (to - from <= STRETCH) {
                insert(from, to);
                return;
            }
            int middle = (from + to) >>> 1;
            split(from, middle);
            split(middle, to);
            if (compare(prefixes[middle - 1], order[middle - 1], prefixes[middle], order[middle])
                    > 0) {
                merge(from, middle, to);
            }
        }

        private void insert(int from, int to) {
            for (int i = from + 1; i < to; i++) {
                long prefix = prefixes[i];
                int record = order[i];
                int k = i - 1;
                while (k >= from && compare(prefixes[k], order[k], prefix, record) > 0) {
                    prefixes[k + 1] = prefixes[k];
                    order[k + 1] = order[k];
                    k--;
                }
                prefixes[k + 1] = prefix;
                order[k + 1] = record;
            }
        }

        private void merge(int from, int middle, int to) {
            int left = middle - from;
            System.arraycopy(prefixes, from, otherPrefixes, 0, left);
            System.arraycopy(order, from, otherOrder, 0, left);
            int a = 0;
            int b = middle;
            int at = from;
            while (a < left && b < to) {
                if (compare(otherPrefixes[a], otherOrder[a], prefixes[b], order[b]) <= 0) {
                    prefixes[at] = otherPrefixes[a];
                    order[at++] = otherOrder[a++];
                } else {
                    prefixes[at] = prefixes[b];
                    order[at++] = order[b++];
                }
            }
            System.arraycopy(otherPrefixes, a, prefixes, at, left - a);
            System.arraycopy(otherOrder, a, order, at, left - a);
        }

        private int compare(long prefixA, int a, long prefixB, int b) {
            return Keys.compare(
                    prefixA,
                    arena,
                    offsets[a],
                    keyLengths[a],
                    prefixB,
                    arena,
                    offsets[b],
                    keyLengths[b]);
        }
    }
}
