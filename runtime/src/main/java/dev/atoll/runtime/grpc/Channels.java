package dev.atoll.runtime.grpc;

import dev.atoll.runtime.config.HostAndPort;

import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Opens channels to the servers of the cluster. Whoever opens one closes it. A connection that says
 * nothing for 10 s while calls are open is asked for a sign of life, and given up 5 s later.
 */
public final class Channels {
    private static final Duration KEEP_ALIVE_INTERVAL = Duration.ofSeconds(10);
    private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(5);
    private static final int METADATA_BYTES_MAX = 16 << 10;

    private final Security security;
    private final UnaryOperator<ManagedChannelBuilder<?>> everywhere;

    /**
     * @param security how callers show who they are, and whom they trust
     */
    public Channels(Security security) {
        this(security, UnaryOperator.identity());
        NettyLog.intoJavaLogging();
    }

    private Channels(Security security, UnaryOperator<ManagedChannelBuilder<?>> everywhere) {
        this.security = security;
        this.everywhere = everywhere;
    }

    /** The same, with something added to every channel. */
    public Channels with(UnaryOperator<ManagedChannelBuilder<?>> more) {
        return new Channels(security, more);
    }

    /** Opens a channel to one server. Connects with the first call. */
    public ManagedChannel open(HostAndPort address) {
        return open("dns:///" + address, UnaryOperator.identity());
    }

    /**
     * Opens a channel to one server, whose callbacks run on the transport's own threads: they must
     * only enqueue, and must never block. Many times faster for streams of small messages.
     */
    public ManagedChannel openDirect(HostAndPort address) {
        return open("dns:///" + address, ManagedChannelBuilder::directExecutor);
    }

    /**
     * Opens a channel to any target that gRPC resolves.
     *
     * @param more what to add to the channel
     */
    public ManagedChannel open(String target, UnaryOperator<ManagedChannelBuilder<?>> more) {
        List<ClientInterceptor> interceptors = new ArrayList<>();
        interceptors.add(new CauseInterceptor());
        security.token().ifPresent(token -> interceptors.add(new TokenInterceptor(token)));
        return open(target, interceptors, more);
    }

    /** Opens a channel to a server that is not shown the token. */
    ManagedChannel openUntold(HostAndPort address, Duration connectMax) {
        return open(
                "dns:///" + address,
                List.of(new CauseInterceptor()),
                builder ->
                        ((NettyChannelBuilder) builder)
                                .withOption(
                                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                        Math.toIntExact(connectMax.toMillis())));
    }

    Optional<BearerToken> token() {
        return security.token();
    }

    private ManagedChannel open(
            String target,
            List<ClientInterceptor> interceptors,
            UnaryOperator<ManagedChannelBuilder<?>> more) {
        ManagedChannelBuilder<?> builder =
                NettyChannelBuilder.forTarget(target, security.channelCredentials())
                        .intercept(interceptors)
                        // The machines of a cluster reach each other without the JVM's proxy.
                        .proxyDetector(_ -> null)
                        .disableServiceConfigLookUp()
                        .maxInboundMessageSize(GrpcServer.MESSAGE_BYTES_MAX)
                        .maxInboundMetadataSize(METADATA_BYTES_MAX)
                        .keepAliveTime(KEEP_ALIVE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        return SteadyReconnection.watching(more.apply(everywhere.apply(builder)).build());
    }
}
