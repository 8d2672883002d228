package dev.atoll.master.journal;

import dev.atoll.core.journal.CommitChain;
import dev.atoll.core.journal.CommitChain.Step;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.naming.CommitOutcome;
import dev.atoll.runtime.naming.Ledger;
import dev.atoll.runtime.naming.LedgerChain;
import dev.atoll.runtime.retry.Backoff;

import io.grpc.Status;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/**
 * Carries batches to the ledger, one at a time, in one chain of commits. Tries until the outcome of
 * each is known, or until this master is known not to lead.
 */
public final class LedgerWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
    private static final Duration PAUSE_BASE = Duration.ofMillis(20);
    private static final Duration PAUSE_CAP = Duration.ofSeconds(1);

    private final Ledger ledger;
    private final long epoch;
    private final CommitChain chain;
    private final LedgerTrouble trouble;
    private final LedgerTrouble.Term term;
    private final ExecutorService executor;

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
     * @param trouble hears whether commits come through
     */
    public LedgerWriter(Ledger ledger, long epoch, long sequence, LedgerTrouble trouble) {
        this.ledger = ledger;
        this.epoch = epoch;
        this.chain = new CommitChain(epoch, sequence);
        this.trouble = trouble;
        this.term = trouble.begin();
        this.executor =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("ledger-writer-", 0).factory());
    }

    /** Carries a batch; returns at once. The one before must have been committed. */
    public void write(CommitBatch batch, Listener listener) {
        executor.execute(() -> {
            try {
                long startNanos = System.nanoTime();
                Optional<String> deposed = commit(batch);
                deposed.ifPresentOrElse(
                        listener::deposed,
                        () -> listener.committed(System.nanoTime() - startNanos));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.error("Commit {} of epoch {} failed", chain.sequence() + 1, epoch, e);
                listener.deposed("the ledger could not be written: " + e.getMessage());
            }
        });
    }

    /** Stops trying. What is under way may still become durable. */
    @Override
    public void close() {
        executor.shutdownNow();
        term.end();
    }

    /** What has kept commits from coming through for so long, in a sentence. */
    public Optional<String> troubleLasting(Duration least) {
        return trouble.lasting(least);
    }

    /** Empty when the batch is durable; else why this master must not go on. */
    private Optional<String> commit(CommitBatch batch) throws InterruptedException {
        Backoff backoff = new Backoff(PAUSE_BASE, PAUSE_CAP, RandomGenerator.getDefault());
        Step step = chain.begin();
        while (true) {
            switch (step) {
                case Step.Durable() -> {
                    term.committed();
                    return Optional.empty();
                }
                case Step.Deposed(String reason) -> {
                    return Optional.of(reason);
                }
                case Step.Send _, Step.Ask _ -> step = take(step, batch, backoff);
            }
        }
    }

    private Step take(Step step, CommitBatch batch, Backoff backoff) throws InterruptedException {
        try {
            if (step instanceof Step.Send(long sequence)) {
                return chain.answered(
                        answer(ledger.commit(epoch, sequence, batch.puts(), batch.deletes())));
            }
            LedgerChain present = ledger.getChain(epoch);
            return chain.told(present.leadingEpoch(), present.committedSequence());
        } catch (ApiException e) {
            if (e.code() == Status.Code.INVALID_ARGUMENT) {
                throw e;
            }
            term.failed(e.message());
            LOG.debug(
                    "Commit {} of epoch {}: outcome unknown: {}",
                    chain.sequence() + 1,
                    epoch,
                    e.message());
            Thread.sleep(backoff.next());
            return chain.unanswered();
        }
    }

    private static CommitChain.Answer answer(CommitOutcome outcome) {
        return switch (outcome) {
            case CommitOutcome.Committed _ -> new CommitChain.Answer.Committed();
            case CommitOutcome.Deposed() -> new CommitChain.Answer.Deposed();
            case CommitOutcome.OutOfSequence(long committed) ->
                    new CommitChain.Answer.OutOfSequence(committed);
        };
    }
}
