package dev.atoll.naming.store.file;

import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Txn;

import java.time.Duration;
import java.util.List;

/** One durable step in the life of the key space, as it stands in a log or a snapshot. */
sealed interface LogRecord {
    /** About how many bytes the record takes in a file. */
    default long weightBytes() {
        return 32;
    }

    /** A transaction was committed; deletes name only keys that existed. */
    record Committed(long revision, List<Txn.Put> puts, List<String> deletes) implements LogRecord {
        public Committed {
            puts = List.copyOf(puts);
            deletes = List.copyOf(deletes);
        }

        @Override
        public long weightBytes() {
            long bytes = 32;
            for (Txn.Put put : puts) {
                bytes += 32 + put.key().length() + put.value().size();
            }
            return bytes + deletes.stream().mapToLong(String::length).sum();
        }
    }

    /** A lease was granted. That it is kept alive is not recorded: a restart renews every lease. */
    record LeaseGranted(long leaseId, Duration timeToLive) implements LogRecord {}

    /**
     * A lease ended, and the keys that were bound to it were deleted.
     *
     * @param revision the revision of the deletes; when no key was bound, that of the last change
     */
    record LeaseEnded(long leaseId, long revision) implements LogRecord {}

    /** The first record of a snapshot: the revision that it was taken at. */
    record SnapshotBegun(long revision) implements LogRecord {}

    /** A key of a snapshot. */
    record SnapshotEntry(Entry entry) implements LogRecord {
        @Override
        public long weightBytes() {
            return 64L + entry.key().length() + entry.value().size();
        }
    }

    /** The last record of a snapshot: how many keys it has. */
    record SnapshotEnded(long entryCount) implements LogRecord {}
}
