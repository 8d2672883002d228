package dev.atoll.master.journal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether the ledger takes what this master has to write. Says it once in the log when it does not,
 * and once when it does again. Safe for use by several threads.
 */
public final class LedgerTrouble {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerTrouble.class);

    private final AtomicReference<Optional<State>> state = new AtomicReference<>(Optional.empty());

    private record State(long sinceNanos, String reason) {
        Duration length() {
            return Duration.ofNanos(System.nanoTime() - sinceNanos);
        }
    }

    /** A commit was not answered, or with an error. */
    void failed(String reason) {
        Optional<State> before =
                state.getAndUpdate(old ->
                        Optional.of(
                                new State(
                                        old.map(State::sinceNanos).orElseGet(System::nanoTime),
                                        reason)));
        if (before.isEmpty()) {
            LOG.warn("The ledger cannot be written, and is tried again: {}", reason);
        }
    }

    /** A commit is durable. */
    void committed() {
        state.getAndSet(Optional.empty())
                .ifPresent(it ->
                        LOG.info(
                                "The ledger is written again after {} ms", it.length().toMillis()));
    }

    /** The term is over: this master has nothing to write. */
    void over() {
        state.set(Optional.empty());
    }

    /** What is wrong, in a sentence; empty if nothing is. */
    public Optional<String> now() {
        return lasting(Duration.ZERO);
    }

    /** What has been wrong for so long. */
    public Optional<String> lasting(Duration least) {
        return state.get()
                .filter(it -> it.length().compareTo(least) >= 0)
                .map(it ->
                        "the ledger cannot be written for %d s: %s"
                                .formatted(it.length().toSeconds(), it.reason()));
    }
}
