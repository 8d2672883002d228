package dev.atoll.naming.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;

import dev.atoll.naming.feed.PrefixFeed;
import dev.atoll.naming.feed.PrefixView;
import dev.atoll.naming.store.Change;
import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Lease;
import dev.atoll.naming.store.Notices;
import dev.atoll.naming.store.StoreUnavailableException;
import dev.atoll.naming.store.Txn;
import dev.atoll.naming.store.WatchNotice;
import dev.atoll.naming.testing.EtcdServer;
import dev.atoll.naming.testing.RequiresEtcd;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the store on etcd does when etcd is killed, frozen or not there. */
@RequiresEtcd
@Timeout(180)
final class EtcdFaultTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private EtcdServer etcd;
    private EtcdStore store;

    @BeforeEach
    void start() {
        etcd = EtcdServer.start();
        store = new EtcdStore(etcd.endpoints(), "/faults", TIMEOUT);
    }

    @AfterEach
    void stop() {
        store.close();
        etcd.close();
    }

    @Test
    void gone_readsFailAndCommitsAreUnknown() {
        put("/a", "1");
        etcd.kill();

        assertThatThrownBy(() -> store.get("/a")).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store.revision()).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store.grant(Duration.ofSeconds(10)))
                .isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store.keepAlive(7)).isInstanceOf(StoreUnavailableException.class);
        assertThat(store.commit(txn("/a", "2"))).isInstanceOf(CommitOutcome.Unknown.class);
    }

    @Test
    void killedAndRestarted_leasesAndKeysGoOn() {
        Lease lease = store.grant(Duration.ofSeconds(60));
        store.commit(Txn.builder().put("/a", ByteString.copyFromUtf8("1"), lease.id()).build());
        etcd.kill();
        assertThatThrownBy(() -> store.keepAlive(lease.id()))
                .isInstanceOf(StoreUnavailableException.class);

        etcd.restart();

        Optional<Lease> kept =
                await().atMost(PATIENCE)
                        .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                        .until(() -> store.keepAlive(lease.id()), Optional::isPresent);
        assertThat(kept).contains(lease);
        assertThat(store.get("/a").map(Entry::leaseId)).contains(lease.id());
    }

    @Test
    void killed_aWatchEndsInsteadOfKeepingSilent() {
        Notices notices = new Notices();
        store.watch("/w/", store.revision() + 1, notices);
        put("/w/a", "1");
        notices.awaitChanges(1);

        etcd.kill();

        notices.awaitNotice(notice -> notice instanceof WatchNotice.Ended);
        assertThat(notices.all()).hasSize(2);
    }

    @Test
    void killedAndRestarted_aFeedMissesNothing() throws InterruptedException {
        put("/w/kept", "1");
        put("/w/gone", "1");
        try (PrefixFeed feed = PrefixFeed.start(store, "/w/");
                PrefixView view = PrefixView.open(store, feed, "/w/")) {
            assertThat(view.entries()).hasSize(2);
            put("/w/before", "1");
            assertThat(tell(view.take())).containsExactly("/w/before=1");

            etcd.kill();
            etcd.restart();
            // By a client of its own, which is connected sooner than the one under test.
            try (EtcdStore other = new EtcdStore(etcd.endpoints(), "/faults", TIMEOUT)) {
                commitAtLast(
                        other,
                        Txn.builder()
                                .put("/w/after", ByteString.copyFromUtf8("1"))
                                .put("/w/kept", ByteString.copyFromUtf8("2"))
                                .delete("/w/gone")
                                .build());
            }

            List<String> heard = new ArrayList<>();
            while (heard.size() < 3) {
                heard.addAll(tell(view.take()));
            }
            assertThat(heard).containsExactlyInAnyOrder("/w/after=1", "/w/kept=2", "-/w/gone");
        }
    }

    @Test
    void frozen_aCommitIsUnknown_andTheTruthIsThereLater() {
        put("/a", "1");
        etcd.freeze();
        CommitOutcome outcome = store.commit(txn("/a", "2"));
        etcd.thaw();

        assertThat(outcome).isInstanceOf(CommitOutcome.Unknown.class);
        assertThat(((CommitOutcome.Unknown) outcome).timedOut()).isTrue();
        String value =
                await().atMost(PATIENCE)
                        .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                        .until(() -> store.get("/a"), Optional::isPresent)
                        .orElseThrow()
                        .value()
                        .toStringUtf8();
        assertThat(value).isIn("1", "2");
    }

    private static void commitAtLast(EtcdStore store, Txn txn) {
        await().atMost(PATIENCE).until(() -> store.commit(txn) instanceof CommitOutcome.Committed);
    }

    private void put(String key, String value) {
        assertThat(store.commit(txn(key, value))).isInstanceOf(CommitOutcome.Committed.class);
    }

    private static Txn txn(String key, String value) {
        return Txn.builder().put(key, ByteString.copyFromUtf8(value)).build();
    }

    private static List<String> tell(List<Change> changes) {
        return changes.stream()
                .map(change ->
                        switch (change) {
                            case Change.Written(Entry entry) ->
                                    entry.key() + "=" + entry.value().toStringUtf8();
                            case Change.Deleted deleted -> "-" + deleted.key();
                        })
                .toList();
    }
}
