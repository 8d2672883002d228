package dev.atoll.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.atoll.proto.naming.v1.NamesGrpc;
import dev.atoll.runtime.config.HostAndPort;

import io.grpc.Channel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class PeerChannelsTest {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @Test
    void oneAddress_hasOneChannel() throws IOException {
        PeerChannels peers = peers(4);
        HostAndPort address = start("a");

        assertThat(resolve(peers.to(address))).isEqualTo("a");
        assertThat(resolve(peers.to(address))).isEqualTo("a");
        assertThat(peers.openCount()).isEqualTo(1);
    }

    @Test
    void overTheLimit_theOneIdleForLongestIsClosedAndOpensAgainWhenCalled() throws IOException {
        PeerChannels peers = peers(2);
        Channel first = peers.to(start("a"));
        Channel second = peers.to(start("b"));
        Channel third = peers.to(start("c"));

        assertThat(resolve(first)).isEqualTo("a");
        assertThat(resolve(second)).isEqualTo("b");
        assertThat(resolve(third)).isEqualTo("c");
        assertThat(peers.openCount()).isEqualTo(2);
        assertThat(resolve(first)).isEqualTo("a");
        assertThat(peers.openCount()).isEqualTo(2);
    }

    @Test
    void channelsWithCalls_areNotClosedForOthers() throws Exception {
        PeerChannels peers = peers(1);
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        HostAndPort busy =
                start(
                        new ScriptedNames(name -> {
                            called.countDown();
                            await(answer);
                            return name;
                        }));
        HostAndPort other = start("b");
        CompletableFuture<String> call =
                CompletableFuture.supplyAsync(() -> resolve(peers.to(busy)));
        assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();

        ApiException error = ApiException.from(catchThrowable(() -> resolve(peers.to(other))));
        answer.countDown();

        assertThat(error.reason()).isEqualTo("TOO_MANY_PEERS");
        assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("x");
        assertThat(resolve(peers.to(other))).isEqualTo("b");
    }

    @Test
    void closedChannels_takeNoCalls() throws IOException {
        PeerChannels peers = peers(1);
        Channel channel = peers.to(start("a"));
        peers.close();

        assertThatThrownBy(() -> resolve(channel))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void callsForAPeerThatHasMovedAreRefusedAndTheWayIsFoundAnew() throws Exception {
        PeerChannels peers = peers(4);
        HostAndPort address = startNamed("a", HostAndPort.anyLoopbackPort());
        assertThat(resolve(peers.to(address, "a"))).isEqualTo("a");
        open.pop().close();
        startNamed("b", address);

        ApiException error =
                ApiException.from(catchThrowable(() -> resolve(peers.to(address, "a"))));
        assertThat(error.isUnavailable()).isTrue();
        assertThat(error.reason()).isEqualTo(Addressee.WRONG);
        assertThat(peers.openCount()).isZero();
        assertThat(resolve(peers.to(address, "b"))).isEqualTo("b");
        assertThat(resolve(peers.to(address))).isEqualTo("b");
    }

    private HostAndPort startNamed(String name, HostAndPort listen) throws IOException {
        GrpcServer server =
                GrpcServer.builder(listen, Security.none())
                        .service(new ScriptedNames(_ -> name))
                        .interceptor(new Addressee(name))
                        .start();
        open.push(server);
        return server.address();
    }

    private PeerChannels peers(int openMax) {
        PeerChannels peers = new PeerChannels(new Channels(Security.none()), openMax);
        open.push(peers);
        return peers;
    }

    private HostAndPort start(String name) throws IOException {
        return start(new ScriptedNames(_ -> name));
    }

    private HostAndPort start(ScriptedNames names) throws IOException {
        GrpcServer server =
                GrpcServer.builder(HostAndPort.anyLoopbackPort(), Security.none())
                        .service(names)
                        .start();
        open.push(server);
        return server.address();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String resolve(Channel channel) {
        return NamesGrpc.newBlockingStub(channel)
                .resolve(ScriptedNames.request("x"))
                .getBinding()
                .getName();
    }
}
