package dev.atoll.naming.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Compare;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Lease;
import dev.atoll.naming.store.Page;
import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.Txn;
import dev.atoll.naming.store.Watch;
import dev.atoll.naming.store.WatchNotice;
import dev.atoll.naming.store.file.FileStore;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Proves that the search for an order would notice a store that does not compare what it must. */
class BrokenFenceTest {
    @Nested
    class WithoutTheEpoch extends BrokenStoreContract {
        @Override
        boolean isKept(Compare compare) {
            return !(compare instanceof Compare.CreateRevision);
        }
    }

    @Nested
    class WithoutTheSequence extends BrokenStoreContract {
        @Override
        boolean isKept(Compare compare) {
            return !(compare instanceof Compare.Version);
        }
    }

    abstract static class BrokenStoreContract extends NamingServiceContract {
        @TempDir private Path directory;

        /** Whether the store looks at a condition of the ledger's commits. */
        abstract boolean isKept(Compare compare);

        @Override
        protected Store open() throws Exception {
            Store store = FileStore.open(directory, FileStore.Settings.DEFAULT, broken -> {});
            return new BrokenStore(store, this::isKept);
        }

        @Test
        void isNoticed() throws Exception {
            assertThat(
                            new Linearizer<>(new LedgerModel())
                                    .flaw(LedgerHistory.record(caller, System.nanoTime())))
                    .isPresent();
        }
    }

    /** Forgets some conditions of commits to the ledger, and of nothing else. */
    private record BrokenStore(Store store, Predicate<Compare> kept) implements Store {
        @Override
        public CommitOutcome commit(Txn txn) {
            boolean isLedger = txn.puts().stream().anyMatch(put -> put.key().startsWith("/flush/"));
            return store.commit(
                    isLedger
                            ? new Txn(
                                    txn.compares().stream().filter(kept).toList(),
                                    txn.puts(),
                                    txn.deletes())
                            : txn);
        }

        @Override
        public long revision() {
            return store.revision();
        }

        @Override
        public Optional<Entry> get(String key) {
            return store.get(key);
        }

        @Override
        public Page list(String prefix, String afterKey, int limit) {
            return store.list(prefix, afterKey, limit);
        }

        @Override
        public long scan(String prefix, Consumer<Entry> sink) {
            return store.scan(prefix, sink);
        }

        @Override
        public Watch watch(String prefix, long fromRevision, Consumer<WatchNotice> sink) {
            return store.watch(prefix, fromRevision, sink);
        }

        @Override
        public Lease grant(Duration timeToLive) {
            return store.grant(timeToLive);
        }

        @Override
        public Optional<Lease> keepAlive(long leaseId) {
            return store.keepAlive(leaseId);
        }

        @Override
        public void revoke(long leaseId) {
            store.revoke(leaseId);
        }

        @Override
        public void compact(long revision) {
            store.compact(revision);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
