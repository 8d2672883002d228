package dev.atoll.worker.session;

import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.naming.Leader;
import dev.atoll.runtime.naming.LeaderNews;
import dev.atoll.runtime.naming.NamingClient;
import dev.atoll.runtime.naming.Subscription;
import dev.atoll.runtime.program.FatalHandler;
import dev.atoll.runtime.retry.Backoff;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * Keeps the one session with the master that leads: opens it, and opens it anew when it breaks or
 * another master leads. Never has two.
 */
public final class SessionKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionKeeper.class);
    private static final Duration PAUSE_MIN = Duration.ofMillis(50);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

    /** A session that lasted so long was a good one: the next pause is a short one again. */
    private static final Duration GOOD_SESSION = Duration.ofSeconds(5);

    /** What ends this worker: trying again would change nothing. */
    private static final Set<String> FATAL_REASONS =
            Set.of("NEWER_INCARNATION", "PROTOCOL_VERSION");

    private final NamingClient naming;
    private final Channels channels;
    private final AgentLoop loop;
    private final FatalHandler fatal;
    private final Backoff backoff = new Backoff(PAUSE_MIN, PAUSE_MAX, RandomGenerator.getDefault());
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private final Subscription subscription;
    private Optional<Leader> leader = Optional.empty();
    private Optional<MasterSession> session = Optional.empty();

    /** Starts to look for the master that leads. */
    public SessionKeeper(
            NamingClient naming, Channels channels, AgentLoop loop, FatalHandler fatal) {
        this.naming = naming;
        this.channels = channels;
        this.loop = loop;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().daemon().name("session").start(this::run);
        this.subscription = naming.observeLeader(NamingClient.MASTER_OFFICE, this::heard);
    }

    @Override
    public void close() {
        subscription.close();
        thread.interrupt();
    }

    private void heard(LeaderNews news) {
        lock.lock();
        try {
            switch (news) {
                case LeaderNews.Leads(Leader now) -> {
                    if (!leader.equals(Optional.of(now))) {
                        session.ifPresent(it -> it.close("another master leads"));
                    }
                    leader = Optional.of(now);
                    changed.signalAll();
                }
                case LeaderNews.Vacant() -> leader = Optional.empty();
                // The last leader may lead still; the session tells.
                case LeaderNews.Unreachable(ApiException error) ->
                        LOG.debug("nobody says who leads: {}", error.message());
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                Leader now = awaitLeader();
                long began = System.nanoTime();
                Optional<ApiException> why = hold(now);
                if (why.isPresent() && FATAL_REASONS.contains(why.get().reason())) {
                    fatal.stop("the master turned this worker away: " + why.get().message());
                    return;
                }
                if (System.nanoTime() - began > GOOD_SESSION.toNanos()) {
                    backoff.reset();
                }
                LOG.info(
                        "the session with the master at {} is over: {}",
                        now.address(),
                        why.map(ApiException::message).orElse("the master ended it"));
                pause(now);
            }
        } catch (InterruptedException e) {
            lock.lock();
            try {
                session.ifPresent(it -> it.close("the worker stops"));
            } finally {
                lock.unlock();
            }
        } catch (RuntimeException e) {
            fatal.stop("sessions with the master cannot be kept: " + e.getMessage(), e);
        }
    }

    private Leader awaitLeader() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (leader.isEmpty()) {
                changed.await();
            }
            return leader.get();
        } finally {
            lock.unlock();
        }
    }

    /** Has a session until it is over, and says why it was, unless in peace. */
    private Optional<ApiException> hold(Leader with) throws InterruptedException {
        MasterSession opened = new MasterSession(channels.openDirect(with.address()), loop::post);
        opened.open();
        lock.lockInterruptibly();
        try {
            session = Optional.of(opened);
            if (leader.isPresent() && !leader.get().equals(with)) {
                opened.close("another master leads");
            }
        } finally {
            lock.unlock();
        }
        try {
            return opened.ended().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a session ends in no other way", e);
        } finally {
            lock.lock();
            try {
                session = opened.ended().isDone() ? Optional.empty() : session;
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits before the next try, but not when there is another master to try. */
    private void pause(Leader tried) throws InterruptedException {
        // Another may lead already, and a naming service that hangs would not say so.
        naming.lookAgain();
        long nanos = backoff.next().toNanos();
        lock.lockInterruptibly();
        try {
            while (nanos > 0 && leader.filter(now -> !now.equals(tried)).isEmpty()) {
                nanos = changed.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }
}
