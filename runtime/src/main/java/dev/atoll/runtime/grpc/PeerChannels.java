package dev.atoll.runtime.grpc;

import dev.atoll.runtime.config.HostAndPort;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Channels to many peers by address. At most so many are open; to make room, the one that had no
 * call for longest is closed. A channel without calls for a minute gives up its connection. Safe
 * for use by several threads.
 */
public final class PeerChannels implements AutoCloseable {
    private static final long IDLE_MINUTES = 1;

    private final Channels channels;
    private final int openMax;
    private final Object lock;
    private final Map<HostAndPort, Peer> peersByLastUse; // Guarded by lock.
    private boolean closed; // Guarded by lock.

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
        this.lock = new Object();
        this.peersByLastUse = new LinkedHashMap<>(16, 0.75f, true);
    }

    /**
     * A channel to a peer; may be kept as long as one likes. A call on it throws an ApiException
     * RESOURCE_EXHAUSTED (reason TOO_MANY_PEERS) while every channel that may be open has calls,
     * and UNAVAILABLE (reason CLOSED) when this is closed.
     */
    public Channel to(HostAndPort address) {
        return new PeerChannel(address, Optional.empty());
    }

    /**
     * The same, to the peer of this name: when another one has come to listen there, and knows its
     * name, calls end with UNAVAILABLE (reason {@link Addressee#WRONG}), and the next one finds its
     * way anew.
     */
    public Channel to(HostAndPort address, String name) {
        return new PeerChannel(address, Optional.of(name));
    }

    /** How many channels are open. */
    public int openCount() {
        synchronized (lock) {
            return peersByLastUse.size();
        }
    }

    /** Cuts off every call. Idempotent. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            peersByLastUse.values().forEach(peer -> peer.channel.shutdownNow());
            peersByLastUse.clear();
        }
    }

    private Peer acquire(HostAndPort address) {
        synchronized (lock) {
            if (closed) {
                throw ApiException.unavailable("CLOSED", "the channels to peers are closed");
            }
            Peer peer = peersByLastUse.get(address);
            if (peer == null) {
                makeRoom();
                peer =
                        new Peer(
                                channels.open(
                                        "dns:///" + address,
                                        b -> b.idleTimeout(IDLE_MINUTES, TimeUnit.MINUTES)));
                peersByLastUse.put(address, peer);
            }
            peer.callCount++;
            return peer;
        }
    }

    private void release(Peer peer) {
        synchronized (lock) {
            peer.callCount--;
        }
    }

    /** Leaves a channel to the calls that it has. */
    private void abandon(HostAndPort address, Peer peer) {
        synchronized (lock) {
            if (peersByLastUse.remove(address, peer)) {
                peer.channel.shutdown();
            }
        }
    }

    private void makeRoom() {
        if (peersByLastUse.size() < openMax) {
            return;
        }
        for (Map.Entry<HostAndPort, Peer> eldest : peersByLastUse.entrySet()) {
            if (eldest.getValue().callCount == 0) {
                eldest.getValue().channel.shutdown();
                peersByLastUse.remove(eldest.getKey());
                return;
            }
        }
        throw ApiException.resourceExhausted(
                        "TOO_MANY_PEERS", "calls to " + openMax + " other peers are under way")
                .with("open_max", openMax);
    }

    /** An open channel and its calls. */
    private static final class Peer {
        private final ManagedChannel channel;
        private int callCount; // Guarded by lock.

        Peer(ManagedChannel channel) {
            this.channel = channel;
        }
    }

    /** Finds the open channel for each call anew, so that it outlives the closing of that one. */
    private final class PeerChannel extends Channel {
        private final HostAndPort address;
        private final Optional<String> name;

        PeerChannel(HostAndPort address, Optional<String> name) {
            this.address = address;
            this.name = name;
        }

        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
            Peer peer = acquire(address);
            return new SimpleForwardingClientCall<>(peer.channel.newCall(method, options)) {
                @Override
                public void start(Listener<R> listener, Metadata headers) {
                    name.ifPresent(meant -> headers.put(Addressee.NAME, meant));
                    super.start(
                            new SimpleForwardingClientCallListener<>(listener) {
                                @Override
                                public void onClose(Status status, Metadata trailers) {
                                    release(peer);
                                    if (isWrong(status, trailers)) {
                                        abandon(address, peer);
                                    }
                                    super.onClose(status, trailers);
                                }
                            },
                            headers);
                }
            };
        }

        private static boolean isWrong(Status status, Metadata trailers) {
            return status.getCode() == Status.Code.UNAVAILABLE
                    && ApiException.from(status.asRuntimeException(trailers)).is(Addressee.WRONG);
        }

        @Override
        public String authority() {
            return address.toString();
        }
    }
}
