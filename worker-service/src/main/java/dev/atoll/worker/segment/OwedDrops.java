package dev.atoll.worker.segment;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;

/** Which drops a segment's file does not hold for sure. Not thread-safe. */
final class OwedDrops {
    /* A drop that is lost lets the output that it dropped win, after a restart, against the one that
     * has taken its place. So one that could not be written, or was lost with a failed sync, is owed:
     * it is written before anything else is. */
    private final RangeSet owed = new RangeSet();
    private final RangeSet unsynced = new RangeSet();
    private final RangeSet syncing = new RangeSet();

    /** These must be written. */
    void owe(Ranges tasks) {
        owed.addAll(tasks);
    }

    boolean isEmpty() {
        return owed.isEmpty();
    }

    /** What must be written. */
    Ranges owed() {
        return owed.toRanges();
    }

    /** What was owed is written, not yet durably. */
    void written() {
        unsynced.addAll(owed.toRanges());
        owed.clear();
    }

    /** A sync begins: it covers what was written until now. */
    void syncBegins() {
        syncing.addAll(unsynced.toRanges());
        unsynced.clear();
    }

    /** What the sync covers is durable. */
    void synced() {
        syncing.clear();
    }

    /** Everything that is not durable is lost. */
    void syncFailed() {
        owed.addAll(syncing.toRanges());
        owed.addAll(unsynced.toRanges());
        syncing.clear();
        unsynced.clear();
    }
}
