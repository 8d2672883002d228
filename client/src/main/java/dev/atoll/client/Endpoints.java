package dev.atoll.client;

import dev.atoll.runtime.grpc.Channels;

import io.grpc.Channel;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** The ways to the masters of a cluster, of which one is believed to lead. */
interface Endpoints extends AutoCloseable {
    /** The ways to the cluster at an address. */
    static Endpoints of(ConnectOptions options) {
        Transport transport = new Transport(options.security(), options.firstContact());
        return switch (options.cluster()) {
            case ClusterAddress.Masters masters -> new MasterEndpoints(masters, transport);
            case ClusterAddress.Naming naming ->
                    new NamedEndpoint(naming, transport, options.patience());
        };
    }

    /** A channel to the master that is believed to lead; calls fail while none is. */
    Channel channel();

    /**
     * Looks for another master, unless somebody else has done so since, and waits before it is
     * worth another try.
     *
     * @param wanting the channel on which a call failed; null if what failed was no call
     * @param pause how long to wait at most
     */
    void passOn(@Nullable Channel wanting, Duration pause) throws InterruptedException;

    /** Whether anybody of the cluster has answered who leads, or that nobody does. */
    boolean isReached();

    /** Opens channels over the same transport; whoever opens one closes it before this. */
    Channels channels();

    /** Cuts off every call and ends the transport's thread. */
    @Override
    void close();
}
