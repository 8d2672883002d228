package dev.atoll.worker.segment;

import java.util.NavigableMap;
import java.util.TreeMap;

/** The large records of a segment whose bytes no sync has covered. Not thread-safe. */
final class LargeRecords {
    /* The room of a large record is reserved at once, and its bytes come later. So a sync may cover
     * what stands behind a record, and not the record: only one that begins when all bytes are there
     * makes it durable. */
    private final NavigableMap<Long, RecordHeader> underWay = new TreeMap<>();
    private final NavigableMap<Long, RecordHeader> arrived = new TreeMap<>();
    private final NavigableMap<Long, RecordHeader> syncing = new TreeMap<>();

    /** Bytes are on their way to a position. */
    void expect(long position, RecordHeader header) {
        underWay.put(position, header);
    }

    /** Whether bytes are on their way to a position and not lost by now. */
    boolean isExpected(long position) {
        return underWay.containsKey(position);
    }

    /** All bytes are there. */
    void arrived(long position) {
        arrived.put(position, underWay.remove(position));
    }

    /** The bytes do not come. */
    void givenUp(long position) {
        underWay.remove(position);
    }

    /** Whether a sync has something to cover. */
    boolean hasArrived() {
        return !arrived.isEmpty();
    }

    /** Whether a record is among these: its bytes may be lost. */
    boolean contains(long position) {
        return underWay.containsKey(position)
                || arrived.containsKey(position)
                || syncing.containsKey(position);
    }

    /** Up to where a sync that begins now covers every byte. */
    long wholeUpTo(long end) {
        return underWay.isEmpty() ? end : underWay.firstKey();
    }

    /** A sync begins: it covers what has arrived until now. */
    void syncBegins() {
        syncing.putAll(arrived);
        arrived.clear();
    }

    /** What the sync covers is durable. */
    void synced() {
        syncing.clear();
    }

    /** Everything that is not durable is lost, also what is on its way. */
    NavigableMap<Long, RecordHeader> syncFailed() {
        NavigableMap<Long, RecordHeader> lost = new TreeMap<>(underWay);
        lost.putAll(arrived);
        lost.putAll(syncing);
        underWay.clear();
        arrived.clear();
        syncing.clear();
        return lost;
    }
}
