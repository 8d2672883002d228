package dev.atoll.client;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.grpc.SecurityConfig;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** The channels to the masters of a cluster. One is current; whoever finds it wanting passes on. */
final class Endpoints implements AutoCloseable {
    /* One thread serves all channels: a client has one connection at a time that matters, and its
     * callbacks only enqueue. It is of the NIO kind, which wakes up and ends sooner than epoll. */
    private static final int EVENT_LOOP_THREADS = 1;
    private static final long CLOSE_MILLIS_MAX = 1_000;

    private final List<HostAndPort> addresses;
    private final Channels channels;
    private final EventLoopGroup eventLoop;
    private final @Nullable ManagedChannel[] opened;
    private final int connectMillisMax;
    private int current;

    Endpoints(ConnectOptions options) {
        this.addresses = options.addresses().stream().map(HostAndPort::parse).toList();
        ConnectOptions.Credentials shown = options.security();
        this.channels =
                new Channels(
                        Security.load(
                                new SecurityConfig(
                                        shown.tokenFile(),
                                        shown.certificate(),
                                        shown.key(),
                                        shown.authorities(),
                                        false)));
        this.eventLoop =
                new MultiThreadIoEventLoopGroup(EVENT_LOOP_THREADS, NioIoHandler.newFactory());
        this.opened = new ManagedChannel[addresses.size()];
        this.connectMillisMax = Math.toIntExact(options.firstContact().toMillis());
    }

    /** The channel to the master that is believed to lead. */
    synchronized ManagedChannel channel() {
        ManagedChannel channel = opened[current];
        if (channel == null) {
            channel = open(addresses.get(current));
            opened[current] = channel;
        }
        return channel;
    }

    /** Passes on to the next master, unless somebody else has done so since. */
    @SuppressWarnings("ReferenceEquality") // A channel is itself and no other.
    synchronized void passOn(ManagedChannel wanting) {
        if (opened[current] == wanting) {
            current = (current + 1) % opened.length;
            // Otherwise gRPC would answer from memory that the master was not there a moment ago.
            channel().resetConnectBackoff();
        }
    }

    /** Where the masters are, for people. */
    String describe() {
        return String.join(", ", addresses.stream().map(HostAndPort::toString).toList());
    }

    /** Cuts off every call and ends the transport's thread. */
    @Override
    public synchronized void close() {
        for (ManagedChannel channel : opened) {
            if (channel != null) {
                channel.shutdownNow();
            }
        }
        eventLoop
                .shutdownGracefully(0, 0, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_MILLIS_MAX);
    }

    private ManagedChannel open(HostAndPort address) {
        return channels.open("dns:///" + address, this::adapt);
    }

    private ManagedChannelBuilder<?> adapt(ManagedChannelBuilder<?> builder) {
        return ((NettyChannelBuilder) builder.directExecutor())
                .eventLoopGroup(eventLoop)
                .channelType(NioSocketChannel.class)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillisMax);
    }
}
