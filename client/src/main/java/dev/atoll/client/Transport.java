package dev.atoll.client;

import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.grpc.SecurityConfig;

import io.grpc.ManagedChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What the channels of one client have in common. */
final class Transport implements AutoCloseable {
    /* One thread serves all channels: a client has one connection at a time that matters, and its
     * callbacks only enqueue. It is of the NIO kind, which wakes up and ends sooner than epoll. */
    private static final int EVENT_LOOP_THREADS = 1;
    private static final long CLOSE_MILLIS_MAX = 1_000;

    private final EventLoopGroup eventLoop;
    private final int connectMillisMax;
    private final Channels channels;

    Transport(ConnectOptions.Credentials shown, Duration connectMax) {
        this.eventLoop =
                new MultiThreadIoEventLoopGroup(EVENT_LOOP_THREADS, NioIoHandler.newFactory());
        this.connectMillisMax = Math.toIntExact(connectMax.toMillis());
        SecurityConfig security =
                new SecurityConfig(
                        shown.tokenFile(),
                        shown.certificate(),
                        shown.key(),
                        shown.authorities(),
                        false);
        this.channels = new Channels(Security.load(security)).with(this::adapt);
    }

    /** Opens channels; whoever opens one shuts it down. */
    Channels channels() {
        return channels;
    }

    /** Ends the transport's thread. */
    @Override
    public void close() {
        eventLoop
                .shutdownGracefully(0, 0, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_MILLIS_MAX);
    }

    private ManagedChannelBuilder<?> adapt(ManagedChannelBuilder<?> builder) {
        return ((NettyChannelBuilder) builder.directExecutor())
                .eventLoopGroup(eventLoop)
                .channelType(NioSocketChannel.class)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillisMax);
    }
}
