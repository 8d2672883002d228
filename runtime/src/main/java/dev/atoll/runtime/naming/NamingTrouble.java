package dev.atoll.runtime.naming;

import dev.atoll.runtime.grpc.ApiException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether the naming service can be had, as its callers find out. Says it once in the log when it
 * cannot, and once when it can again. Safe for use by several threads.
 */
final class NamingTrouble {
    private static final Logger LOG = LoggerFactory.getLogger(NamingTrouble.class);

    private final int replicaCount;
    private final AtomicReference<State> state;

    /** Failures in a row, and the last of them. */
    private record State(int failures, long sinceNanos, String reason) {
        static final State WELL = new State(0, 0, "");
    }

    /**
     * @param replicaCount as many failures in a row are trouble: one replica is not the service
     */
    NamingTrouble(int replicaCount) {
        this.replicaCount = replicaCount;
        this.state = new AtomicReference<>(State.WELL);
    }

    /** A replica has failed. */
    void failed(ApiException error) {
        State now =
                state.updateAndGet(before ->
                        new State(
                                before.failures() + 1,
                                before.failures() == 0 ? System.nanoTime() : before.sinceNanos(),
                                error.message()));
        if (now.failures() == replicaCount) {
            LOG.warn("The naming service cannot be had, and is tried again: {}", error.message());
        }
    }

    /** A replica has answered. */
    void answered() {
        if (state.get().failures() == 0) {
            return;
        }
        State before = state.getAndSet(State.WELL);
        if (before.failures() >= replicaCount) {
            LOG.info("The naming service is back after {} ms", since(before).toMillis());
        }
    }

    /** What is wrong, in a sentence; empty if nothing is. */
    Optional<String> now() {
        State present = state.get();
        return present.failures() < replicaCount
                ? Optional.empty()
                : Optional.of(
                        "the naming service cannot be had for %d s: %s"
                                .formatted(since(present).toSeconds(), present.reason()));
    }

    private static Duration since(State state) {
        return Duration.ofNanos(System.nanoTime() - state.sinceNanos());
    }
}
