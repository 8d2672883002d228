package dev.atoll.client;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Channels;

import io.grpc.Channel;
import io.grpc.ManagedChannel;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The channels to masters that are known by their addresses. */
final class MasterEndpoints implements Endpoints {
    private final List<HostAndPort> addresses;
    private final Transport transport;
    private final @Nullable ManagedChannel[] opened;
    private int current;
    private int passedOnInARow;

    MasterEndpoints(ClusterAddress.Masters masters, Transport transport) {
        this.addresses = masters.addresses().stream().map(HostAndPort::parse).toList();
        this.transport = transport;
        this.opened = new ManagedChannel[addresses.size()];
    }

    @Override
    public synchronized ManagedChannel channel() {
        ManagedChannel channel = opened[current];
        if (channel == null) {
            channel = transport.channels().open(addresses.get(current));
            opened[current] = channel;
        }
        return channel;
    }

    @Override
    public void passOn(@Nullable Channel wanting, Duration pause) throws InterruptedException {
        if (!isAnotherWorthATry(wanting)) {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }
    }

    /** They are not asked: calls tell. */
    @Override
    public boolean isReached() {
        return false;
    }

    /* One that does not lead says so at once, and the next one may: only after a round of all of
     * them is there a reason to wait. */
    @SuppressWarnings("ReferenceEquality") // A channel is itself and no other.
    private synchronized boolean isAnotherWorthATry(@Nullable Channel wanting) {
        if (wanting != null && opened[current] == wanting) {
            current = (current + 1) % opened.length;
            passedOnInARow = (passedOnInARow + 1) % opened.length;
            // Otherwise gRPC would answer from memory that the master was not there a moment ago.
            channel().resetConnectBackoff();
        }
        return passedOnInARow > 0;
    }

    @Override
    public Channels channels() {
        return transport.channels();
    }

    @Override
    public synchronized void close() {
        for (ManagedChannel channel : opened) {
            if (channel != null) {
                channel.shutdownNow();
            }
        }
        transport.close();
    }
}
