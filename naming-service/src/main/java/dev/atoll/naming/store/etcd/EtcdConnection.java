package dev.atoll.naming.store.etcd;

import dev.atoll.naming.store.StoreUnavailableException;

import io.etcd.jetcd.Client;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The connection to one member of etcd, which is made anew once it was given up. */
final class EtcdConnection implements AutoCloseable {
    /**
     * Finds out that a connection is dead; etcd by default refuses to be asked more often than 5 s.
     */
    private static final Duration PING_EVERY = Duration.ofSeconds(10);

    private static final Duration PING_ANSWER = Duration.ofSeconds(5);

    /** How long a connection is tried before it is made anew, where calls fail at once. */
    private static final Duration AGE_MIN = Duration.ofSeconds(1);

    private static final int MESSAGE_BYTES_MAX = 256 << 20;

    private final URI endpoint;
    private final Duration timeout;
    private @Nullable Use present; // Guarded by this.
    private boolean closed; // Guarded by this.

    EtcdConnection(URI endpoint, Duration timeout) {
        this.endpoint = endpoint;
        this.timeout = timeout;
    }

    /** One connection, until it is given up. */
    final class Use {
        private final Client client = connect();
        private final Set<Runnable> dependents = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean over = new AtomicBoolean();
        private final long madeNanos = System.nanoTime();

        Client client() {
            return client;
        }

        /** Runs something when it is given up; at once, if it was already. */
        void whenOver(Runnable action) {
            dependents.add(action);
            if (over.get()) {
                action.run();
            }
        }

        /** Forgets what was to run. */
        void forget(Runnable action) {
            dependents.remove(action);
        }

        /** Gives it up because a call failed, unless it is so new that a newer one would too. */
        void giveUpIfOld() {
            if (System.nanoTime() - madeNanos >= AGE_MIN.toNanos()) {
                giveUp();
            }
        }

        /** Fails all that waits, and lets a new connection be made. Returns at once. */
        void giveUp() {
            if (over.compareAndSet(false, true)) {
                replace(this);
                Thread.startVirtualThread(client::close);
                dependents.forEach(Runnable::run);
            }
        }

        /** Gives it up after a while. */
        void giveUpAfter(Duration pause) {
            CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(this::giveUp);
        }

        /** Gives it up unless something is answered in time. */
        void giveUpUnless(CompletableFuture<?> answered, Duration patience) {
            CompletableFuture.delayedExecutor(patience.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(() -> {
                        if (!answered.isDone()) {
                            giveUp();
                        }
                    });
        }
    }

    /** The present connection, made now if there is none. */
    synchronized Use use() {
        Use use = present;
        if (use == null) {
            if (closed) {
                throw new StoreUnavailableException("the store is closed");
            }
            use = new Use();
            present = use;
        }
        return use;
    }

    @Override
    public void close() {
        Use last;
        synchronized (this) {
            closed = true;
            last = present;
        }
        if (last != null) {
            last.giveUp();
        }
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }

    @SuppressWarnings("ReferenceEquality") // A use is itself and no other.
    private synchronized void replace(Use over) {
        if (present == over) {
            present = null;
        }
    }

    /* Without limits a call to an etcd that is not there would wait for ever; and it is for whoever
     * calls to try again. */
    private Client connect() {
        return Client.builder()
                .endpoints(endpoint)
                .waitForReady(false)
                .retryMaxAttempts(1)
                .retryMaxDuration(timeout)
                .connectTimeout(timeout)
                .keepaliveTime(PING_EVERY)
                .keepaliveTimeout(PING_ANSWER)
                .keepaliveWithoutCalls(false)
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .build();
    }
}
