package dev.atoll.runtime.naming;

import dev.atoll.core.time.LeaseRhythm;
import dev.atoll.proto.naming.v1.JoinRequest;
import dev.atoll.proto.naming.v1.JoinResponse;
import dev.atoll.proto.naming.v1.KeepAliveRequest;
import dev.atoll.proto.naming.v1.LeaveRequest;
import dev.atoll.proto.naming.v1.MembershipGrpc;
import dev.atoll.runtime.grpc.ApiException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Keeps a lease alive from a thread of its own. */
final class LeaseKeeper implements Lease {
    /* A thread of the system, not a virtual one: virtual threads wait for each other while some of
     * them compute, and a process that computes must not lose its lease for that.
     *
     * Where joining took several tries, the lease may be as old as the first, so it is renewed at
     * once. */

    static final String LEASE_NOT_FOUND = "LEASE_NOT_FOUND";

    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(1);

    private enum State {
        HELD,
        LOST,
        CLOSED
    }

    private final NamingReplicas replicas;
    private final long id;
    private final LeaseRhythm rhythm;
    private final Consumer<String> onLost;
    private final AtomicReference<State> state;
    private final CountDownLatch over;
    private final Thread thread;
    private final boolean isInDoubt;
    private volatile long lastSuccessNanos; // Written by the thread only, once it runs.

    private LeaseKeeper(
            NamingReplicas replicas,
            JoinResponse granted,
            long sentNanos,
            boolean isInDoubt,
            Consumer<String> onLost) {
        this.replicas = replicas;
        this.id = granted.getLeaseId();
        this.rhythm = new LeaseRhythm(Durations.toJava(granted.getTimeToLive()));
        this.onLost = onLost;
        this.state = new AtomicReference<>(State.HELD);
        this.over = new CountDownLatch(1);
        this.lastSuccessNanos = sentNanos;
        this.isInDoubt = isInDoubt;
        this.thread = Thread.ofPlatform().name("lease-keeper").daemon().unstarted(this::keepAlive);
    }

    /** Joins and keeps the lease from then on. */
    static LeaseKeeper join(
            NamingReplicas replicas,
            JoinRequest request,
            Duration timeout,
            Duration patience,
            Consumer<String> onLost) {
        AtomicLong sentNanos = new AtomicLong();
        AtomicInteger tries = new AtomicInteger();
        JoinResponse granted =
                replicas.call(
                        patience,
                        timeout,
                        MembershipGrpc::newBlockingStub,
                        stub -> {
                            sentNanos.set(System.nanoTime());
                            tries.incrementAndGet();
                            return stub.join(request);
                        });
        LeaseKeeper keeper =
                new LeaseKeeper(replicas, granted, sentNanos.get(), tries.get() > 1, onLost);
        LOG.info(
                "Joined as {}, incarnation {}, with lease {} of {}",
                request.getMember().getMemberId(),
                request.getMember().getIncarnation(),
                keeper.id,
                keeper.timeToLive());
        keeper.thread.start();
        return keeper;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Duration timeToLive() {
        return rhythm.timeToLive();
    }

    /* Looks at the clock too: a process that was stopped and goes on may ask before the thread has
     * noticed that the time is over, and must not take one more step as the one it was. */
    @Override
    public boolean isOver() {
        return state.get() != State.HELD || !untilLost().isPositive();
    }

    @Override
    public void whenOver(Runnable action) {
        Thread.ofVirtual()
                .name("lease-over")
                .start(() -> {
                    try {
                        over.await();
                        action.run();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    @Override
    public void close() {
        if (!state.compareAndSet(State.HELD, State.CLOSED)) {
            return;
        }
        over.countDown();
        try {
            replicas.callOnce(
                    LEAVE_TIMEOUT,
                    MembershipGrpc::newBlockingStub,
                    stub -> stub.leave(LeaveRequest.newBuilder().setLeaseId(id).build()));
        } catch (ApiException e) {
            LOG.warn("Lease {} is left to expire: {}", id, e.message());
        }
    }

    private void keepAlive() {
        try {
            Duration pause = isInDoubt ? Duration.ZERO : rhythm.untilNextTime(sinceSuccess());
            while (!over.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                pause = keepAliveOnce();
            }
        } catch (InterruptedException _) {
            lose("the thread that kept it alive was interrupted");
        }
    }

    /* Returns the pause before the next time. */
    private Duration keepAliveOnce() {
        if (!untilLost().isPositive()) {
            lose("the naming service has not answered for " + sinceSuccess().toMillis() + " ms");
            return Duration.ZERO;
        }
        long sentNanos = System.nanoTime();
        try {
            replicas.callOnce(
                    rhythm.patience(sinceSuccess()),
                    MembershipGrpc::newBlockingStub,
                    stub -> stub.keepAlive(KeepAliveRequest.newBuilder().setLeaseId(id).build()));
            lastSuccessNanos = sentNanos;
            return rhythm.untilNextTime(sinceSuccess());
        } catch (ApiException e) {
            if (e.is(LEASE_NOT_FOUND)) {
                lose("the naming service does not know it any more");
                return Duration.ZERO;
            }
            LOG.debug("Lease {} was not kept alive this time: {}", id, e.message());
            return rhythm.pauseAfterFailure(sinceSuccess());
        }
    }

    /* Zero or less when it is lost. */
    private Duration untilLost() {
        return rhythm.untilLost(sinceSuccess());
    }

    private Duration sinceSuccess() {
        return Duration.ofNanos(System.nanoTime() - lastSuccessNanos);
    }

    private void lose(String reason) {
        if (state.compareAndSet(State.HELD, State.LOST)) {
            LOG.error("Lease {} is lost: {}", id, reason);
            over.countDown();
            onLost.accept(reason);
        }
    }
}
