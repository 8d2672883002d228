package dev.atoll.naming.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What every store must do with watches and leases, on top of keys and transactions. */
public abstract class StoreLifetimeContract extends StoreContract {
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void watch_hearsEveryChangeInOrderFromItsRevision() {
        put("/w/before", "0");
        long from = put("/w/a", "1");
        put("/w/b", "2");
        Notices notices = new Notices();
        try (Watch _ = store.watch("/w/", from, notices)) {
            put("/other", "x");
            put("/w/a", "3");
            commit(Txn.builder().delete("/w/b").build());
            notices.awaitChanges(4);
        }

        assertThat(notices.story()).containsExactly("/w/a=1", "/w/b=2", "/w/a=3", "-/w/b");
        assertThat(notices.changes())
                .extracting(Change::revision)
                .containsExactly(from, from + 1, from + 3, from + 4);
    }

    @Test
    void watch_tellsTheWholeEntry() {
        long created = put("/w/a", "1");
        Lease lease = store.grant(LONG);
        Notices notices = new Notices();
        try (Watch _ = store.watch("/w/", created + 1, notices)) {
            long modified = commit(Txn.builder().put("/w/a", bytes("2"), lease.id()).build());
            notices.awaitChanges(1);

            assertThat(notices.changes())
                    .containsExactly(
                            new Change.Written(
                                    new Entry(
                                            "/w/a", bytes("2"), created, modified, 2, lease.id())));
        }
    }

    @Test
    void watch_oneRevision_comesInOneNotice() {
        long from = store.revision() + 1;
        Notices notices = new Notices();
        try (Watch _ = store.watch("/w/", from, notices)) {
            Txn.Builder txn = Txn.builder();
            IntStream.range(0, 100).forEach(i -> txn.put("/w/" + i, bytes("v")));
            commit(txn.build());
            notices.awaitChanges(100);
        }

        assertThat(notices.all()).hasSize(1);
    }

    @Test
    void watch_fromTheFuture_skipsWhatComesBefore() {
        Notices notices = new Notices();
        try (Watch _ = store.watch("/w/", store.revision() + 3, notices)) {
            IntStream.rangeClosed(1, 4).forEach(i -> put("/w/a", Integer.toString(i)));
            notices.awaitChanges(2);
        }

        assertThat(notices.story()).containsExactly("/w/a=3", "/w/a=4");
    }

    @Test
    void watch_whileManyWrite_missesNothing() {
        int count = 300;
        long from = store.revision() + 1;
        Notices early = new Notices();
        Notices late = new Notices();
        try (Watch _ = store.watch("/w/", from, early)) {
            IntStream.range(0, count / 2).forEach(i -> put("/w/a", Integer.toString(i)));
            try (Watch _ = store.watch("/w/", from, late)) {
                IntStream.range(count / 2, count).forEach(i -> put("/w/a", Integer.toString(i)));
                early.awaitChanges(count);
                late.awaitChanges(count);
            }
        }

        List<String> all = IntStream.range(0, count).mapToObj(i -> "/w/a=" + i).toList();
        assertThat(early.story()).isEqualTo(all);
        assertThat(late.story()).isEqualTo(all);
    }

    @Test
    void watch_compactedRevision_saysSoOnceAndNothingMore() {
        long from = put("/w/a", "1");
        IntStream.range(0, 5).forEach(i -> put("/w/a", "x"));
        long compacted = store.revision();
        store.compact(compacted);

        Notices notices = new Notices();
        store.watch("/w/", from, notices);
        notices.awaitNotice(notice -> notice instanceof WatchNotice.Compacted);
        Notices witness = new Notices();
        try (Watch _ = store.watch("/w/", compacted + 1, witness)) {
            put("/w/a", "2");
            witness.awaitChanges(1);
        }

        assertThat(notices.all()).hasSize(1);
        assertThat(witness.story()).containsExactly("/w/a=2");
    }

    @Test
    void compact_again_isNoError() {
        put("/a", "1");
        long revision = put("/a", "2");

        store.compact(revision);
        store.compact(revision);

        assertThat(value("/a")).contains("2");
    }

    @Test
    void watch_closed_hearsNothingMore() {
        Notices closed = new Notices();
        Notices open = new Notices();
        long from = store.revision() + 1;
        try (Watch _ = store.watch("/w/", from, open)) {
            store.watch("/w/", from, closed).close();
            put("/w/a", "1");
            open.awaitChanges(1);
        }

        assertThat(closed.changes()).isEmpty();
    }

    @Test
    void watch_storeCloses_ends() {
        Notices notices = new Notices();
        store.watch("/w/", store.revision() + 1, notices);

        store.close();

        notices.awaitNotice(notice -> notice instanceof WatchNotice.Ended);
    }

    @Test
    void grant_givesAtLeastWhatWasAskedFor() {
        Lease one = store.grant(Duration.ofMillis(2_500));
        Lease two = store.grant(LONG);

        assertThat(one.id()).isNotZero().isNotEqualTo(two.id());
        assertThat(one.timeToLive()).isBetween(Duration.ofMillis(2_500), Duration.ofSeconds(3));
        assertThat(two.timeToLive()).isEqualTo(LONG);
        assertThatThrownBy(() -> store.grant(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.grant(Duration.ofDays(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void put_withALeaseThatIsNotThere_saysSoAndWritesNothing() {
        Txn txn = Txn.builder().put("/a", bytes("1")).put("/b", bytes("1"), 0x5eed).build();

        assertThat(store.commit(txn)).isInstanceOf(CommitOutcome.LeaseNotFound.class);
        assertThat(store.get("/a")).isEmpty();
    }

    @Test
    void lease_runsOut_deletesItsKeysAtOneRevision() {
        Lease lease = store.grant(SHORT);
        long from =
                commit(
                        Txn.builder()
                                .put("/w/a", bytes("1"), lease.id())
                                .put("/w/b", bytes("1"), lease.id())
                                .put("/w/c", bytes("1"))
                                .build());
        Notices notices = new Notices();
        try (Watch _ = store.watch("/w/", from + 1, notices)) {
            notices.awaitChanges(2);
        }

        assertThat(notices.story()).containsExactlyInAnyOrder("-/w/a", "-/w/b");
        assertThat(notices.changes()).extracting(Change::revision).containsOnly(from + 1);
        assertThat(store.keepAlive(lease.id())).isEmpty();
        assertThat(value("/w/c")).contains("1");
    }

    @Test
    void lease_keptAlive_outlivesOthers() {
        Lease kept = store.grant(SHORT);
        commit(Txn.builder().put("/kept", bytes("1"), kept.id()).build());
        try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
            timer.scheduleAtFixedRate(
                    () -> store.keepAlive(kept.id()), 0, 300, TimeUnit.MILLISECONDS);
            for (int i = 0; i < 2; i++) {
                Lease other = store.grant(SHORT);
                commit(Txn.builder().put("/other", bytes("1"), other.id()).build());
                await().atMost(Duration.ofSeconds(60)).until(() -> store.get("/other").isEmpty());
            }
            timer.shutdownNow();
        }

        assertThat(value("/kept")).contains("1");
        assertThat(store.keepAlive(kept.id())).contains(kept);
        // Were it left to run out, it would count a revision in the middle of another test.
        store.revoke(kept.id());
    }

    @Test
    void revoke_deletesTheKeys_andMayBeRepeated() {
        Lease lease = store.grant(LONG);
        commit(Txn.builder().put("/a", bytes("1"), lease.id()).build());

        store.revoke(lease.id());
        store.revoke(lease.id());

        assertThat(store.get("/a")).isEmpty();
        assertThat(store.keepAlive(lease.id())).isEmpty();
        assertThat(store.commit(Txn.builder().put("/a", bytes("2"), lease.id()).build()))
                .isInstanceOf(CommitOutcome.LeaseNotFound.class);
    }

    @Test
    void revoke_sparesKeysThatMovedToAnotherLease() {
        Lease first = store.grant(LONG);
        Lease second = store.grant(LONG);
        commit(
                Txn.builder()
                        .put("/moved", bytes("1"), first.id())
                        .put("/freed", bytes("1"), first.id())
                        .build());
        commit(
                Txn.builder()
                        .put("/moved", bytes("2"), second.id())
                        .put("/freed", bytes("2"))
                        .build());

        store.revoke(first.id());

        assertThat(value("/moved")).contains("2");
        assertThat(value("/freed")).contains("2");
        store.revoke(second.id());
        assertThat(store.get("/moved")).isEmpty();
    }

    @Test
    void commit_isVisibleToAnyReaderAtOnce() {
        IntStream.range(0, 50)
                .forEach(i -> {
                    put("/a", Integer.toString(i));
                    assertThat(store.get("/a").map(Entry::value))
                            .contains(ByteString.copyFromUtf8(Integer.toString(i)));
                });
    }
}
