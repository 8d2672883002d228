package dev.atoll.client;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.naming.Leader;
import dev.atoll.runtime.naming.LeaderNews;
import dev.atoll.runtime.naming.NamingClient;
import dev.atoll.runtime.naming.NamingConfig;

import io.grpc.Channel;
import io.grpc.ManagedChannel;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The channel to the master that leads, as the naming service tells. */
final class NamedEndpoint implements Endpoints {
    /* A channel is for one leader. When another leads, what still goes on over the channel to the
     * one before is cut off: that one may be frozen, or behind a broken network, and would not end
     * its calls for long. While nobody leads, it is left alone: its last answers may be under way. */

    private final Transport transport;
    private final NamingClient naming;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heard = lock.newCondition();
    private Optional<Leader> leader = Optional.empty();
    private Optional<ManagedChannel> toLeader = Optional.empty();
    private ApiException whyNone = ApiException.unavailable("", "the naming service is asked");

    NamedEndpoint(ClusterAddress.Naming address, Transport transport) {
        this.transport = transport;
        HostAndPort[] replicas =
                address.addresses().stream().map(HostAndPort::parse).toArray(HostAndPort[]::new);
        this.naming = new NamingClient(NamingConfig.of(replicas), transport.channels());
        naming.observeLeader(NamingClient.MASTER_OFFICE, this::hear);
    }

    @Override
    public Channel channel() {
        lock.lock();
        try {
            return leader.isPresent() && toLeader.isPresent()
                    ? toLeader.get()
                    : new ClosedChannel(whyNone);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void passOn(@Nullable Channel wanting, Duration pause) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Optional<Leader> before = leader;
            if (isCurrent(wanting)) {
                naming.lookAgain();
                toLeader.ifPresent(ManagedChannel::resetConnectBackoff);
            }
            long nanos = pause.toNanos();
            while (nanos > 0 && leader.equals(before)) {
                nanos = heard.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        naming.close();
        lock.lock();
        try {
            toLeader.ifPresent(ManagedChannel::shutdownNow);
        } finally {
            lock.unlock();
        }
        transport.close();
    }

    /** Whether a call failed for which there was nothing better; not if somebody leads since. */
    @SuppressWarnings("ReferenceEquality") // A channel is itself and no other.
    private boolean isCurrent(@Nullable Channel wanting) {
        return leader.isEmpty() || toLeader.filter(it -> it == wanting).isPresent();
    }

    private void hear(LeaderNews news) {
        lock.lock();
        try {
            switch (news) {
                case LeaderNews.Leads(Leader now) -> follow(now);
                case LeaderNews.Vacant() -> {
                    leader = Optional.empty();
                    whyNone = ApiException.unavailable("NO_LEADER", "no master leads");
                }
                // The last leader may lead still; calls to it tell.
                case LeaderNews.Unreachable(ApiException error) ->
                        whyNone = ApiException.unavailable("", error.message()).causedBy(error);
            }
            heard.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void follow(Leader now) {
        if (!leader.equals(Optional.of(now))) {
            toLeader.ifPresent(ManagedChannel::shutdownNow);
            toLeader = Optional.of(transport.channels().open(now.address()));
            leader = Optional.of(now);
        }
    }
}
