package dev.atoll.master.journal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether the ledger takes what this master has to write. Says it once in the log when it does not,
 * and once when it does again. Safe for use by several threads.
 */
public final class LedgerTrouble {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerTrouble.class);

    /** Whose words count. */
    private Optional<Term> present = Optional.empty(); // Guarded by this.

    private Optional<State> state = Optional.empty(); // Guarded by this.

    private record State(long sinceNanos, String reason) {
        Duration length() {
            return Duration.ofNanos(System.nanoTime() - sinceNanos);
        }
    }

    /** Who writes during one term. What a term says after its end does not count. */
    final class Term {
        /** A commit was not answered, or with an error. */
        void failed(String reason) {
            synchronized (LedgerTrouble.this) {
                if (!isPresent()) {
                    return;
                }
                if (state.isEmpty()) {
                    LOG.warn("The ledger cannot be written, and is tried again: {}", reason);
                }
                long since = state.map(State::sinceNanos).orElseGet(System::nanoTime);
                state = Optional.of(new State(since, reason));
            }
        }

        /** A commit is durable. */
        void committed() {
            synchronized (LedgerTrouble.this) {
                if (isPresent() && state.isPresent()) {
                    long millis = state.get().length().toMillis();
                    LOG.info("The ledger is written again after {} ms", millis);
                    state = Optional.empty();
                }
            }
        }

        /** There is nothing more to write. */
        void end() {
            synchronized (LedgerTrouble.this) {
                if (isPresent()) {
                    present = Optional.empty();
                    state = Optional.empty();
                }
            }
        }

        private boolean isPresent() {
            return present.filter(it -> it == this).isPresent();
        }
    }

    /** Somebody begins to write, for whoever did before. */
    synchronized Term begin() {
        Term term = new Term();
        present = Optional.of(term);
        state = Optional.empty();
        return term;
    }

    /** What is wrong, in a sentence; empty if nothing is. */
    public Optional<String> now() {
        return lasting(Duration.ZERO);
    }

    /** What has been wrong for so long. */
    public synchronized Optional<String> lasting(Duration least) {
        return state.filter(it -> it.length().compareTo(least) >= 0)
                .map(it ->
                        "the ledger cannot be written for %d s: %s"
                                .formatted(it.length().toSeconds(), it.reason()));
    }
}
