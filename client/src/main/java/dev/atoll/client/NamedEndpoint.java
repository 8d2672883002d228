package dev.atoll.client;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;
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
    private static final Duration FIRST_LOOK = Duration.ofSeconds(1);

    /** The naming service answers, and says that its store does not. */
    private static final String STORE_UNAVAILABLE = "STORE_UNAVAILABLE";

    /* A channel is for one master. When another leads, what still goes on over the channel to the
     * one before is cut off: that one may be frozen, or behind a broken network, and would not end
     * its calls for long. While nobody leads, it is left alone: its last answers may be under way. So
     * it is when the same one leads anew: a call may have got there before the news came here, and
     * who was cut off from a task would have hung up. */

    private final Transport transport;
    private final Duration patience;
    private final NamingClient naming;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heard = lock.newCondition();
    private Optional<Leader> leader = Optional.empty();
    private Optional<Way> toLeader = Optional.empty();
    private Optional<ApiException> whyNone = Optional.empty();
    private boolean isReached;

    /** The way to a master. */
    private record Way(HostAndPort address, ManagedChannel channel) {}

    /**
     * Begins to ask who leads.
     *
     * @param patience how long to wait for an answer; that there is nobody to answer shows sooner
     */
    NamedEndpoint(ClusterAddress.Naming address, Transport transport, Duration patience) {
        this.transport = transport;
        this.patience = patience;
        HostAndPort[] replicas =
                address.addresses().stream().map(HostAndPort::parse).toArray(HostAndPort[]::new);
        this.naming = new NamingClient(NamingConfig.of(replicas), transport.channels());
        naming.observeLeader(NamingClient.MASTER_OFFICE, this::hear);
    }

    @Override
    public Channel channel() {
        lock.lock();
        try {
            awaitNews();
            return leader.isPresent() && toLeader.isPresent()
                    ? toLeader.get().channel()
                    : new ClosedChannel(whyNone.orElseGet(NamedEndpoint::noAnswer));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isReached() {
        lock.lock();
        try {
            return isReached;
        } finally {
            lock.unlock();
        }
    }

    /* That a naming service is not there shows soon. One that takes its time may be slow, or hang,
     * and so another is asked, but not too soon: it might be this machine that is slow. */
    private void awaitNews() {
        long nanos = patience.toNanos();
        long nextLookNanos = FIRST_LOOK.toNanos();
        try {
            while (leader.isEmpty() && whyNone.isEmpty() && nanos > 0) {
                long slice = Math.min(nanos, nextLookNanos);
                nanos -= slice - heard.awaitNanos(slice);
                if (leader.isEmpty() && whyNone.isEmpty()) {
                    naming.lookAgain();
                    nextLookNanos *= 2;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static ApiException noAnswer() {
        return ApiException.unavailable("", "the naming service does not answer");
    }

    @Override
    public void passOn(@Nullable Channel wanting, Duration pause) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Optional<Leader> before = leader;
            if (isCurrent(wanting)) {
                naming.lookAgain();
                toLeader.ifPresent(way -> way.channel().resetConnectBackoff());
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
    public Channels channels() {
        return transport.channels();
    }

    @Override
    public void close() {
        naming.close();
        lock.lock();
        try {
            toLeader.ifPresent(way -> way.channel().shutdownNow());
        } finally {
            lock.unlock();
        }
        transport.close();
    }

    /** Whether a call failed for which there was nothing better; not if somebody leads since. */
    @SuppressWarnings("ReferenceEquality") // A channel is itself and no other.
    private boolean isCurrent(@Nullable Channel wanting) {
        return leader.isEmpty() || toLeader.filter(it -> it.channel() == wanting).isPresent();
    }

    private void hear(LeaderNews news) {
        lock.lock();
        try {
            switch (news) {
                case LeaderNews.Leads(Leader now) -> follow(now);
                case LeaderNews.Vacant() -> {
                    isReached = true;
                    leader = Optional.empty();
                    whyNone = Optional.of(ApiException.unavailable("NO_LEADER", "no master leads"));
                }
                // The last leader may lead still; calls to it tell.
                case LeaderNews.Unreachable(ApiException error) -> {
                    // A naming service that answers without its store is there, and so is a
                    // cluster.
                    String reason = error.is(STORE_UNAVAILABLE) ? STORE_UNAVAILABLE : "";
                    isReached |= !reason.isEmpty();
                    whyNone =
                            Optional.of(
                                    ApiException.unavailable(reason, error.message())
                                            .causedBy(error));
                }
            }
            heard.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void follow(Leader now) {
        isReached = true;
        leader = Optional.of(now);
        if (toLeader.filter(way -> way.address().equals(now.address())).isEmpty()) {
            toLeader.ifPresent(way -> way.channel().shutdownNow());
            ManagedChannel channel = transport.channels().open(now.address());
            toLeader = Optional.of(new Way(now.address(), channel));
        }
    }
}
