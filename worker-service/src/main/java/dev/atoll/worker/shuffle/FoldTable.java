package dev.atoll.worker.shuffle;

import dev.atoll.core.model.Shuffle.Combiner;

import java.util.Arrays;
import java.util.List;

/**
 * Makes one record of all that have the same key, as they come: a hash table with linear probing. A
 * value that the combiner cannot take, as it is no whole number of 64 bits, stays as it is.
 */
final class FoldTable implements Gatherer {
    private static final int SLOTS_MIN = 1 << 11;

    /** What a key costs besides its record: at most four slots, its hash and its value. */
    private static final int OVERHEAD_BYTES = 4 * Integer.BYTES + 4 * Long.BYTES;

    private final Combiner combiner;
    private final Folding folding;
    private final int partitionCount;
    private final long budgetBytes;
    private final RecordTable keys;
    private final RecordTable others;
    private int[] slots = new int[SLOTS_MIN]; // The number of a key + 1; 0: free.
    private long[] hashes = new long[SLOTS_MIN / 2];
    private long[] values = new long[SLOTS_MIN / 2];

    FoldTable(Combiner combiner, long budgetBytes, int partitionCount) {
        this.combiner = combiner;
        this.folding = Folding.of(combiner);
        this.partitionCount = partitionCount;
        this.budgetBytes = budgetBytes;
        this.keys = new RecordTable(budgetBytes);
        this.others = new RecordTable(budgetBytes);
    }

    @Override
    public boolean add(byte[] bytes, int offset, int length, int keyLength) {
        long value = 0;
        if (combiner == Combiner.COUNT) {
            value = 1;
        } else if (folding.isOfNumbers()) {
            int at = offset + keyLength + 1;
            int count = length - keyLength - 1;
            if (!WholeNumbers.isOne(bytes, at, count)) {
                return addOther(bytes, offset, length, keyLength);
            }
            value = WholeNumbers.parse(bytes, at, count);
        }
        long hash = Keys.hash(bytes, offset, keyLength);
        int slot = slot(hash, bytes, offset, keyLength);
        if (slots[slot] == 0) {
            return addKey(slot, hash, value, bytes, offset, length, keyLength);
        }
        int key = slots[slot] - 1;
        if (!folding.fits(values[key], value)) {
            return addOther(bytes, offset, length, keyLength);
        }
        values[key] = folding.fold(values[key], value);
        return true;
    }

    /** The slot of a key, or the free one where it belongs. */
    private int slot(long hash, byte[] bytes, int offset, int keyLength) {
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (slots[slot] != 0) {
            int key = slots[slot] - 1;
            if (hashes[key] == hash && keys.hasKey(key, bytes, offset, keyLength)) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean addKey(
            int slot, long hash, long value, byte[] bytes, int offset, int length, int keyLength) {
        int kept = folding.isOfNumbers() ? keyLength : length;
        if (isFullFor(kept)) {
            return false;
        }
        int key = keys.add(partition(hash), bytes, offset, kept, keyLength);
        slots[slot] = key + 1;
        hashes[key] = hash;
        values[key] = value;
        if (keys.count() == hashes.length) {
            grow();
        }
        return true;
    }

    private boolean addOther(byte[] bytes, int offset, int length, int keyLength) {
        if (isFullFor(length)) {
            return false;
        }
        long hash = Keys.hash(bytes, offset, keyLength);
        others.add(partition(hash), bytes, offset, length, keyLength);
        return true;
    }

    private boolean isFullFor(int length) {
        long used = keys.usedBytes() + others.usedBytes() + (long) keys.count() * OVERHEAD_BYTES;
        return !isEmpty() && used + length > budgetBytes;
    }

    private int partition(long hash) {
        return partitionCount == 1 ? 0 : Keys.partition(hash, partitionCount);
    }

    private void grow() {
        int[] more = new int[slots.length * 2];
        int mask = more.length - 1;
        for (int key = 0; key < keys.count(); key++) {
            int slot = (int) hashes[key] & mask;
            while (more[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            more[slot] = key + 1;
        }
        slots = more;
        hashes = Arrays.copyOf(hashes, more.length / 2);
        values = Arrays.copyOf(values, more.length / 2);
    }

    @Override
    public boolean isEmpty() {
        return keys.count() == 0 && others.count() == 0;
    }

    @Override
    public RecordCursor drain() {
        RecordCursor folded = new Folded();
        return others.count() == 0
                ? folded
                : new MergeCursor(List.of(folded, new TableCursor(others)));
    }

    /** Everything that was folded, sorted. */
    private final class Folded extends RecordCursor {
        private final int[] order = keys.sorted();
        private final KeyValue record = new KeyValue();
        private int at;

        @Override
        public boolean next() {
            if (at == order.length) {
                keys.clear();
                Arrays.fill(slots, 0);
                return false;
            }
            int key = order[at++];
            keys.show(key, this);
            if (folding.isOfNumbers()) {
                record.set(bytes(), offset(), keyLength(), values[key]);
                record.show(partition(), this);
            }
            return true;
        }
    }
}
