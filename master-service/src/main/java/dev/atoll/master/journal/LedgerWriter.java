package dev.atoll.master.journal;

import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.naming.CommitOutcome;
import dev.atoll.runtime.naming.Ledger;
import dev.atoll.runtime.naming.LedgerChain;
import dev.atoll.runtime.retry.Backoff;

import io.grpc.Status;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/**
 * Carries batches to the ledger, one at a time, in one chain of commits. Tries until the outcome of
 * each is known, or until this master is known not to lead.
 */
public final class LedgerWriter implements AutoCloseable {
    /* No answer does not mean that nothing happened: the commit may be durable, may be lost, or may
     * still be under way and arrive after its own repeat. The chain tells: a commit whose sequence
     * the chain has reached is durable, and was ours, because nobody else writes under this epoch;
     * one that it has not reached is sent again, and whichever of the two comes second is refused
     * as out of sequence. */

    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
    private static final Duration PAUSE_BASE = Duration.ofMillis(20);
    private static final Duration PAUSE_CAP = Duration.ofSeconds(1);

    private final Ledger ledger;
    private final long epoch;
    private final ExecutorService executor;
    private long sequence;

    /** What became of a batch. Called on another thread; must not block. */
    public interface Listener {
        /**
         * The batch is durable.
         *
         * @param nanos how long that took
         */
        void committed(long nanos);

        /** This master must stop leading; the batch may be durable or not. */
        void deposed(String reason);
    }

    /**
     * A writer for one term.
     *
     * @param sequence where the chain of the epoch stands now
     */
    public LedgerWriter(Ledger ledger, long epoch, long sequence) {
        this.ledger = ledger;
        this.epoch = epoch;
        this.sequence = sequence;
        this.executor =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("ledger-writer-", 0).factory());
    }

    /** Carries a batch; returns at once. The one before must have been committed. */
    public void write(CommitBatch batch, Listener listener) {
        executor.execute(() -> {
            try {
                long startNanos = System.nanoTime();
                commit(batch);
                listener.committed(System.nanoTime() - startNanos);
            } catch (Deposed e) {
                listener.deposed(e.reason);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.error("Commit {} of epoch {} failed", sequence + 1, epoch, e);
                listener.deposed("the ledger could not be written: " + e.getMessage());
            }
        });
    }

    /** Stops trying. What is under way may still become durable. */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** This master does not lead, or must not go on. */
    private static final class Deposed extends Exception {
        private final String reason;

        Deposed(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }

    private void commit(CommitBatch batch) throws Deposed, InterruptedException {
        long next = sequence + 1;
        Backoff backoff = new Backoff(PAUSE_BASE, PAUSE_CAP, RandomGenerator.getDefault());
        boolean repeated = false;
        while (true) {
            try {
                if (repeated && chainHasReached(next)) {
                    break;
                }
                if (isDurable(
                        ledger.commit(epoch, next, batch.puts(), batch.deletes()),
                        next,
                        repeated)) {
                    break;
                }
            } catch (ApiException e) {
                if (e.code() == Status.Code.INVALID_ARGUMENT) {
                    throw e;
                }
                LOG.warn("Commit {} of epoch {}: outcome unknown: {}", next, epoch, e.message());
            }
            repeated = true;
            Thread.sleep(backoff.next());
        }
        sequence = next;
    }

    private boolean isDurable(CommitOutcome outcome, long next, boolean repeated) throws Deposed {
        return switch (outcome) {
            case CommitOutcome.Committed _ -> true;
            case CommitOutcome.Deposed() -> throw new Deposed("the ledger says that another leads");
            case CommitOutcome.OutOfSequence(long committed) -> {
                if (repeated && committed == next) {
                    yield true;
                }
                throw new Deposed(outOfSequence(next, committed));
            }
        };
    }

    /** Asks what became of a commit that was sent and not answered. */
    private boolean chainHasReached(long next) throws Deposed {
        LedgerChain chain = ledger.getChain(epoch);
        if (chain.leadingEpoch() != epoch) {
            throw new Deposed("epoch %d leads".formatted(chain.leadingEpoch()));
        }
        if (chain.committedSequence() != next && chain.committedSequence() != next - 1) {
            throw new Deposed(outOfSequence(next, chain.committedSequence()));
        }
        return chain.committedSequence() == next;
    }

    private String outOfSequence(long next, long committed) {
        return "the chain of epoch %d is at %d when %d was to be committed"
                .formatted(epoch, committed, next);
    }
}
