package dev.atoll.runtime.naming;

import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.retry.Backoff;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The replicas of the naming service, of which one is called until it fails, then the next. Each
 * has a channel of its own: a replica that hangs without breaking its connection must not keep
 * callers from the others. For the same reason, who turns from a replica takes the streams along:
 * they might stay silent with it for long.
 */
final class NamingReplicas implements AutoCloseable {
    private static final Duration PAUSE_BASE = Duration.ofMillis(50);
    private static final Duration PAUSE_CAP = Duration.ofSeconds(2);

    private final List<HostAndPort> addresses;
    private final List<ManagedChannel> channels;
    private final AtomicInteger current;
    private final Set<NewsStream<?>> streams;
    private final NamingTrouble trouble;
    private final CountDownLatch closed;

    NamingReplicas(List<HostAndPort> addresses, Channels channels) {
        this.addresses = List.copyOf(addresses);
        this.channels = addresses.stream().map(channels::open).toList();
        this.current = new AtomicInteger();
        this.streams = ConcurrentHashMap.newKeySet();
        this.trouble = new NamingTrouble(addresses.size());
        this.closed = new CountDownLatch(1);
    }

    /** Whether any of them can be had. */
    NamingTrouble trouble() {
        return trouble;
    }

    /** One replica, until it fails. */
    record Replica(int index, HostAndPort address, Channel channel) {}

    Replica current() {
        int index = current.get();
        return new Replica(index, addresses.get(index), channels.get(index));
    }

    /** Turns to the next replica, unless another caller has done so already. */
    void turnFrom(Replica failed) {
        int next = (failed.index() + 1) % addresses.size();
        if (next != failed.index() && current.compareAndSet(failed.index(), next)) {
            streams.forEach(stream -> stream.leave(failed.index()));
        }
    }

    /** A stream is open; it is told to leave a replica that is turned from. */
    void opened(NewsStream<?> stream) {
        streams.add(stream);
    }

    /** A stream is not open any more. */
    void ended(NewsStream<?> stream) {
        streams.remove(stream);
    }

    /** Pauses as a backoff says; ends early and tells so when the replicas are closed. */
    boolean isClosedWithin(Duration pause) throws InterruptedException {
        return closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    static Backoff newBackoff() {
        return new Backoff(PAUSE_BASE, PAUSE_CAP, ThreadLocalRandom.current());
    }

    /**
     * Makes a call that may be repeated, until a replica answers.
     *
     * @param patience how long to try
     * @param attemptTimeout how long the tries of all replicas, one each, may take together
     * @throws ApiException what the replica answered, or why none did
     */
    <S extends AbstractBlockingStub<S>, T> T call(
            Duration patience,
            Duration attemptTimeout,
            Function<Channel, S> stubs,
            Function<S, T> call) {
        long startNanos = System.nanoTime();
        Backoff backoff = newBackoff();
        Duration share = attemptTimeout.dividedBy(addresses.size());
        while (true) {
            Duration left = patience.minusNanos(System.nanoTime() - startNanos);
            try {
                return callOnce(shorter(left, share), stubs, call);
            } catch (ApiException e) {
                Duration pause = backoff.next();
                long waitedNanos = System.nanoTime() - startNanos + pause.toNanos();
                if (!isOfReplica(e) || waitedNanos >= patience.toNanos()) {
                    throw e;
                }
                pause(pause, e);
            }
        }
    }

    /**
     * Makes a call once.
     *
     * @throws ApiException what the replica answered, or why it did not
     */
    <S extends AbstractBlockingStub<S>, T> T callOnce(
            Duration timeout, Function<Channel, S> stubs, Function<S, T> call) {
        Replica replica = current();
        try {
            T answer =
                    call.apply(
                            stubs.apply(replica.channel())
                                    .withDeadlineAfter(
                                            Math.max(1, timeout.toNanos()), TimeUnit.NANOSECONDS));
            trouble.answered();
            return answer;
        } catch (StatusRuntimeException e) {
            throw failed(replica, e);
        }
    }

    /** What a failed call says; turns from the replica when it is the replica that failed. */
    ApiException failed(Replica replica, StatusRuntimeException failure) {
        ApiException error = ApiException.from(failure);
        if (!isOfReplica(error)) {
            return error;
        }
        turnFrom(replica);
        ApiException told = error.reason().isEmpty() ? unreachable(replica, error, failure) : error;
        trouble.failed(told);
        return told;
    }

    private ApiException unreachable(
            Replica replica, ApiException error, StatusRuntimeException failure) {
        return ApiException.of(
                        Status.Code.UNAVAILABLE,
                        "NAMING_UNREACHABLE",
                        "the naming service at "
                                + replica.address()
                                + " does not answer: "
                                + error.message())
                .with("addresses", joinedAddresses())
                .causedBy(failure);
    }

    /**
     * Whether another replica, or the same one later, may answer differently. A server that is shut
     * down cancels its calls.
     */
    static boolean isOfReplica(ApiException error) {
        return switch (error.code()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> true;
            default -> false;
        };
    }

    @Override
    public void close() {
        closed.countDown();
        channels.forEach(ManagedChannel::shutdownNow);
    }

    private void pause(Duration pause, ApiException failure) {
        try {
            if (isClosedWithin(pause)) {
                throw failure;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    private static Duration shorter(Duration left, Duration right) {
        return left.compareTo(right) <= 0 ? left : right;
    }

    private String joinedAddresses() {
        return addresses.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
    }
}
