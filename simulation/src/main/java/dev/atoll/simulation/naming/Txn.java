package dev.atoll.simulation.naming;

import dev.atoll.core.journal.Batch;
import dev.atoll.core.journal.LedgerValue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes that the store makes together, if everything compared is as it should be.
 *
 * @param commit the commit of the ledger that this is, if it is one
 */
record Txn(
        List<Compare> compares,
        Map<StoreKey, Put> puts,
        List<StoreKey> deletes,
        Optional<Commit> commit) {
    /** What an entry must be. */
    sealed interface Compare {
        StoreKey key();

        /** It came to be at this revision; 0: it is not there. */
        record CreateRevision(StoreKey key, long revision) implements Compare {}

        /** It was written so often; 0: it is not there. */
        record Version(StoreKey key, long version) implements Compare {}
    }

    /**
     * A value to write.
     *
     * @param lease the lease it goes with; 0 if none
     */
    record Put(StoreValue value, long lease) {}

    /** A batch of a leader's journal. */
    record Commit(long epoch, long sequence, Batch<LedgerValue> batch) {}

    /** What has become of it. */
    sealed interface Outcome {
        /** It is done. */
        record Committed(long revision) implements Outcome {}

        /** Something was not as it should be; the entries that were compared, as they are. */
        record CompareFailed(Map<StoreKey, StoreEntry> found) implements Outcome {}

        /** A lease is over. */
        record LeaseNotFound() implements Outcome {}
    }

    static Builder builder() {
        return new Builder();
    }

    /** Puts a transaction together. */
    static final class Builder {
        private final List<Compare> compares = new ArrayList<>();
        private final Map<StoreKey, Put> puts = new LinkedHashMap<>();
        private final List<StoreKey> deletes = new ArrayList<>();
        private Optional<Commit> commit = Optional.empty();

        Builder when(Compare compare) {
            compares.add(compare);
            return this;
        }

        Builder put(StoreKey key, StoreValue value, long lease) {
            puts.put(key, new Put(value, lease));
            return this;
        }

        Builder delete(StoreKey key) {
            deletes.add(key);
            return this;
        }

        Builder commit(Commit newCommit) {
            commit = Optional.of(newCommit);
            return this;
        }

        Txn build() {
            return new Txn(compares, puts, deletes, commit);
        }
    }
}
