package dev.atoll.worker.session;

import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.naming.Lease;
import dev.atoll.runtime.naming.Member;
import dev.atoll.runtime.naming.NamingClient;
import dev.atoll.runtime.program.FatalHandler;
import dev.atoll.runtime.retry.Backoff;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;

/** Keeps this worker a member of the cluster: joins, and joins again when its lease is lost. */
public final class Presence implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE_MIN = Duration.ofMillis(100);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
    private static final Duration LEAVE_PATIENCE = Duration.ofSeconds(2);
    private static final String NEWER_INCARNATION = "NEWER_INCARNATION";

    private final NamingClient naming;
    private final Member member;
    private final FatalHandler fatal;
    private final Thread thread;

    /** Starts to join. */
    public Presence(NamingClient naming, Member member, FatalHandler fatal) {
        this.naming = naming;
        this.member = member;
        this.fatal = fatal;
        this.thread = Thread.ofVirtual().name("presence").start(this::run);
    }

    /** Leaves the cluster; waits for the naming service for a moment. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(LEAVE_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Backoff backoff = new Backoff(PAUSE_MIN, PAUSE_MAX, RandomGenerator.getDefault());
        try {
            while (true) {
                try {
                    stay();
                    backoff.reset();
                } catch (ApiException e) {
                    if (e.is(NEWER_INCARNATION)) {
                        fatal.stop("another worker with the id " + member.id() + " has started");
                        return;
                    }
                    LOG.warn("cannot join the cluster: {}", e.message());
                }
                Thread.sleep(backoff.next());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Joins, and stays as long as the lease does. */
    private void stay() throws InterruptedException {
        CountDownLatch lost = new CountDownLatch(1);
        try (Lease _ =
                naming.join(
                        member,
                        TIME_TO_LIVE,
                        PATIENCE,
                        reason -> {
                            LOG.warn("no longer a member of the cluster: {}", reason);
                            lost.countDown();
                        })) {
            LOG.info("joined the cluster as {}", member.id());
            lost.await();
        }
    }
}
