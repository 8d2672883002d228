package dev.atoll.runtime.naming;

import static dev.atoll.runtime.naming.ScriptedNaming.next;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atoll.proto.naming.v1.JoinRequest;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

class LeaseTest {
    private static final Member MEMBER =
            new Member(
                    "worker-1",
                    3,
                    Member.Role.WORKER,
                    new HostAndPort("127.0.0.1", 7402),
                    Map.of("zone", "b"));
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final BlockingQueue<String> losses = new LinkedBlockingQueue<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @Test
    void join_saysWhoJoinsAndHoldsWhatWasGranted() throws Exception {
        ScriptedNaming naming = start();

        Lease lease = join(client(naming.address()));

        JoinRequest request = next(naming.joins);
        assertThat(request.getMember().getMemberId()).isEqualTo("worker-1");
        assertThat(request.getMember().getIncarnation()).isEqualTo(3);
        assertThat(request.getMember().getAddress()).isEqualTo("127.0.0.1:7402");
        assertThat(request.getMember().getAttributesMap()).isEqualTo(Map.of("zone", "b"));
        assertThat(request.getTimeToLive().getSeconds()).isEqualTo(10);
        assertThat(lease.id()).isEqualTo(42);
        assertThat(lease.timeToLive()).isEqualTo(naming.timeToLive);
        assertThat(lease.isOver()).isFalse();
    }

    @Test
    void lease_isKeptAliveEveryQuarterOfItsTime() throws Exception {
        ScriptedNaming naming = start();
        naming.timeToLive = ScriptedNaming.SHORT;
        join(client(naming.address()));

        long startNanos = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            assertThat(next(naming.keepAlives).getLeaseId()).isEqualTo(42);
        }

        // Five quarters have passed; the first of them began before we looked.
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
                .isGreaterThan(naming.timeToLive);
        assertThat(losses).isEmpty();
    }

    @Test
    void close_leavesAndTellsNobody() throws Exception {
        ScriptedNaming naming = start();
        Lease lease = join(client(naming.address()));
        CountDownLatch over = new CountDownLatch(1);
        lease.whenOver(over::countDown);

        lease.close();
        lease.close();

        assertThat(next(naming.leaves).getLeaseId()).isEqualTo(42);
        assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(naming.leaves).isEmpty();
        assertThat(lease.isOver()).isTrue();
        assertThat(losses).isEmpty();
    }

    @Test
    void silence_losesTheLeaseOnceBeforeItExpires() throws Exception {
        ScriptedNaming naming = start();
        naming.timeToLive = ScriptedNaming.SHORT;
        Lease lease = join(client(naming.address()));
        next(naming.keepAlives);
        naming.keepAliveMood = ScriptedNaming.KeepAliveMood.SAY_NOTHING;

        assertThat(next(losses)).contains("has not answered for");
        assertThat(lease.isOver()).isTrue();
        lease.close();
        assertThat(losses).isEmpty();
        assertThat(naming.leaves).isEmpty();
    }

    @Test
    void denial_losesTheLeaseAtOnce() throws Exception {
        ScriptedNaming naming = start();
        naming.timeToLive = ScriptedNaming.SHORT;
        join(client(naming.address()));
        naming.keepAliveMood = ScriptedNaming.KeepAliveMood.DENY;

        assertThat(next(losses)).contains("does not know it");
    }

    @Test
    void replicaThatHangs_isLeftForTheNext() throws Exception {
        ScriptedNaming hanging = start();
        hanging.timeToLive = ScriptedNaming.SHORT;
        ScriptedNaming answering = start();
        join(client(hanging.address(), answering.address()));
        hanging.keepAliveMood = ScriptedNaming.KeepAliveMood.SAY_NOTHING;

        for (int i = 0; i < 2; i++) {
            next(answering.keepAlives);
        }

        assertThat(losses).isEmpty();
    }

    @Test
    void replicaThatIsAbsent_isLeftForTheNext() throws Exception {
        ScriptedNaming answering = start();

        Lease lease = join(client(freeAddress(), answering.address()));

        assertThat(lease.id()).isEqualTo(42);
    }

    @Test
    void join_waitsForTheNamingService() throws Exception {
        HostAndPort address = freeAddress();
        NamingClient client = client(address);
        CompletableFuture<Lease> joined = CompletableFuture.supplyAsync(() -> join(client));
        assertThatThrownBy(() -> client.listMembers(Member.Role.WORKER))
                .isInstanceOf(ApiException.class);

        ScriptedNaming naming = ScriptedNaming.start(address);
        open.push(naming);

        assertThat(joined.get(20, TimeUnit.SECONDS).id()).isEqualTo(42);
    }

    @Test
    void join_endsWithThePatience() throws IOException {
        HostAndPort address = freeAddress();
        NamingClient client = client(address);

        assertThatThrownBy(() ->
                        client.join(
                                MEMBER,
                                Duration.ofSeconds(10),
                                Duration.ofMillis(100),
                                losses::add))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> {
                            assertThat(e.reason()).isEqualTo("NAMING_UNREACHABLE");
                            assertThat(e.message()).contains(address.toString());
                        });
    }

    private ScriptedNaming start() throws IOException {
        ScriptedNaming naming = ScriptedNaming.start();
        open.addLast(naming);
        return naming;
    }

    private NamingClient client(HostAndPort... addresses) {
        NamingConfig config = new NamingConfig(List.of(addresses), Duration.ofSeconds(1));
        NamingClient client = new NamingClient(config, new Channels(Security.none()));
        open.addFirst(client);
        return client;
    }

    private Lease join(NamingClient client) {
        return client.join(MEMBER, Duration.ofSeconds(10), PATIENCE, losses::add);
    }

    private static HostAndPort freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return new HostAndPort("127.0.0.1", socket.getLocalPort());
        }
    }
}
