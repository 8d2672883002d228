package dev.atoll.runtime.grpc;

import static io.grpc.Status.Code.UNAVAILABLE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.atoll.proto.naming.v1.NamesGrpc;
import dev.atoll.runtime.config.HostAndPort;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Nobody is shown the secret who did not know it before. */
class HearsayChannelsTest {
    private static final BearerToken TOKEN = BearerToken.of("a-secret-of-the-cluster");
    private static final BearerToken OTHER = BearerToken.of("a-secret-of-another-one");

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    @Test
    void aServerOfTheCluster_isReached() throws IOException {
        HearsayChannels channels = channels(Security.withToken(TOKEN));

        Optional<Channel> way = channels.to(start(Security.withToken(TOKEN), "a"), "a").join();

        assertThat(way.map(HearsayChannelsTest::resolve)).contains("x");
    }

    @Test
    void aServerOfAnotherCluster_isNotReached() throws IOException {
        HearsayChannels channels = channels(Security.withToken(TOKEN));

        assertThat(channels.to(start(Security.withToken(OTHER), "a"), "a").join()).isEmpty();
        assertThat(channels.to(start(Security.none(), "a"), "a").join()).isEmpty();
    }

    @Test
    void aStrangerSeesNoToken() throws IOException {
        Spy spy = new Spy();
        HostAndPort address = stranger(0, spy);
        HearsayChannels channels = channels(Security.withToken(TOKEN));

        assertThat(channels.to(address, "a").join()).isEmpty();
        assertThat(channels.to(address, "a").join()).isEmpty();

        assertThat(spy.calls).hasValue(1);
        assertThat(spy.tokens).hasValue(0);
    }

    @Test
    void whoHasTheAddressLater_seesNoTokenEither() throws Exception {
        HearsayChannels channels = channels(Security.withToken(TOKEN));
        HostAndPort address = start(Security.withToken(TOKEN), "a");
        Channel way = channels.to(address, "a").join().orElseThrow();
        resolve(way);
        open.removeLast().close();
        Spy spy = new Spy();
        stranger(address.port(), spy);

        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> resolve(way))
                .satisfies(it -> assertThat(it.getStatus().getCode()).isEqualTo(UNAVAILABLE));
        await().until(() -> channels.to(address, "a").join().isEmpty());

        assertThat(spy.calls).hasPositiveValue();
        assertThat(spy.tokens).hasValue(0);
    }

    @Test
    void aServerThatIsBack_isReachedAgain() throws Exception {
        HearsayChannels channels = channels(Security.withToken(TOKEN));
        HostAndPort address = start(Security.withToken(TOKEN), "a");
        Channel way = channels.to(address, "a").join().orElseThrow();
        open.removeLast().close();
        start(address, Security.withToken(TOKEN), "a");

        await().until(() -> channels.to(address, "a").join().filter(it -> it != way).isPresent());

        assertThat(channels.to(address, "a").join().map(HearsayChannelsTest::resolve))
                .contains("x");
    }

    /** Counts who calls, and who shows a secret. */
    private static final class Spy implements ServerInterceptor {
        final AtomicInteger calls = new AtomicInteger();
        final AtomicInteger tokens = new AtomicInteger();

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            calls.incrementAndGet();
            if (headers.containsKey(BearerToken.AUTHORIZATION)) {
                tokens.incrementAndGet();
            }
            return next.startCall(call, headers);
        }
    }

    private HostAndPort stranger(int port, Spy spy) throws IOException {
        var stranger =
                NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                        .addService(
                                ServerInterceptors.intercept(new ScriptedNames(name -> name), spy))
                        .build()
                        .start();
        open.addLast(stranger::shutdownNow);
        return HostAndPort.parse("127.0.0.1:" + stranger.getPort());
    }

    @Test
    void whereNobodyListens_nothingIsReached() throws Exception {
        HearsayChannels channels = channels(Security.withToken(TOKEN));
        HostAndPort address = start(Security.withToken(TOKEN), "a");
        open.removeLast().close();

        assertThat(channels.to(address, "a").join()).isEmpty();
    }

    @Test
    void withoutSecrets_theNameDecides() throws IOException {
        HearsayChannels channels = channels(Security.none());
        HostAndPort address = start(Security.none(), "a");

        assertThat(channels.to(address, "b").join()).isEmpty();
        assertThat(channels.to(address, "a").join().map(HearsayChannelsTest::resolve))
                .contains("x");
    }

    @Test
    void closedChannels_reachNobody() throws IOException {
        HearsayChannels channels = channels(Security.none());
        assertThat(channels.to(start(Security.none(), "b"), "b").join()).isPresent();
        assertThat(channels.to(start(Security.none(), "c"), "c").join()).isPresent();

        channels.close();

        assertThat(channels.to(start(Security.none(), "a"), "a").join()).isEmpty();
    }

    private HearsayChannels channels(Security security) {
        HearsayChannels channels =
                new HearsayChannels(
                        new Channels(security),
                        channel ->
                                NamesGrpc.newFutureStub(channel)
                                        .resolve(ScriptedNames.request("question")));
        open.addLast(channels);
        return channels;
    }

    private HostAndPort start(Security security, String name) throws IOException {
        return start(HostAndPort.anyLoopbackPort(), security, name);
    }

    private HostAndPort start(HostAndPort address, Security security, String name)
            throws IOException {
        GrpcServer server =
                GrpcServer.builder(address, security)
                        .service(new ScriptedNames(asked -> asked))
                        .interceptor(new Addressee(name))
                        .start();
        open.addLast(server);
        return server.address();
    }

    private static String resolve(Channel channel) {
        return NamesGrpc.newBlockingStub(channel)
                .resolve(ScriptedNames.request("x"))
                .getBinding()
                .getName();
    }
}
