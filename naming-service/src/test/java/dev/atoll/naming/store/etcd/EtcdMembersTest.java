package dev.atoll.naming.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;

import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Lease;
import dev.atoll.naming.store.Notices;
import dev.atoll.naming.store.Txn;
import dev.atoll.naming.store.WatchNotice;
import dev.atoll.naming.testing.EtcdServer;
import dev.atoll.naming.testing.RequiresEtcd;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** What the store on etcd does when the first of two members is frozen or not there. */
@RequiresEtcd
@Timeout(180)
final class EtcdMembersTest {
    /** Far longer than a test may take: what waited for it would not pass. */
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private EtcdServer etcd;
    private ServerSocket frozen;

    @BeforeEach
    void start() throws IOException {
        etcd = EtcdServer.start();
        // The system accepts connections for it, and it never reads from any.
        frozen = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        etcd.close();
        frozen.close();
    }

    @Test
    void frozenMember_isPassedOver() {
        try (EtcdStore store = store(TIMEOUT)) {
            Lease lease = store.grant(Duration.ofSeconds(60));

            assertThat(store.keepAlive(lease.id())).contains(lease);
            assertThat(store.get("/a")).isEmpty();
            assertThat(store.commit(put("/a"))).isInstanceOf(CommitOutcome.Committed.class);
        }
    }

    @Test
    void absentMember_isPassedOver() throws IOException {
        frozen.close();
        try (EtcdStore store = store(TIMEOUT)) {
            assertThat(store.get("/a")).isEmpty();
            assertThat(store.commit(put("/a"))).isInstanceOf(CommitOutcome.Committed.class);
        }
    }

    @Test
    void commitToAFrozenMember_isUnknownSoon_andTheNextOneGoesElsewhere() {
        try (EtcdStore store = store(TIMEOUT)) {
            assertThat(store.commit(put("/a"))).isInstanceOf(CommitOutcome.Unknown.class);

            assertThat(store.commit(put("/a"))).isInstanceOf(CommitOutcome.Committed.class);
        }
    }

    @Test
    void watchOverAFrozenMember_ends() {
        try (EtcdStore store = store(TIMEOUT)) {
            Notices silent = new Notices();
            store.watch("/w/", 1, silent);

            assertThat(store.get("/w/a")).isEmpty();

            silent.awaitNotice(notice -> notice instanceof WatchNotice.Ended);
            Notices notices = new Notices();
            store.watch("/w/", store.revision() + 1, notices);
            assertThat(store.commit(put("/w/a"))).isInstanceOf(CommitOutcome.Committed.class);
            notices.awaitChanges(1);
        }
    }

    @Test
    void memberThatIsBack_isFoundAgain() {
        try (EtcdStore store = new EtcdStore(etcd.endpoints(), "/members", TIMEOUT)) {
            assertThat(store.get("/a")).isEmpty();
            etcd.kill();
            etcd.restart();

            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> store.get("/a").isEmpty());
        }
    }

    private EtcdStore store(Duration timeout) {
        URI first = URI.create("http://127.0.0.1:" + frozen.getLocalPort());
        return new EtcdStore(List.of(first, etcd.endpoints().getFirst()), "/members", timeout);
    }

    private static Txn put(String key) {
        return Txn.builder().put(key, ByteString.copyFromUtf8("1"), 0).build();
    }
}
