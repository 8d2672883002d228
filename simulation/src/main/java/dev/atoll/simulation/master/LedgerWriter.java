package dev.atoll.simulation.master;

import dev.atoll.core.journal.Batch;
import dev.atoll.core.journal.CommitChain;
import dev.atoll.core.journal.CommitChain.Step;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.simulation.invariant.Mutation;
import dev.atoll.simulation.naming.NamingClient;
import dev.atoll.simulation.naming.NamingReplica;
import dev.atoll.simulation.world.Host;

import java.time.Duration;
import java.util.Set;

/** Carries batches to the ledger, as the real chain of commits says. */
final class LedgerWriter {
    private static final Duration PATIENCE = Duration.ofMillis(300);
    private static final Duration PAUSE = Duration.ofMillis(30);

    private final Way way;
    private final long epoch;
    private final CommitChain chain;
    private final Listener listener;
    private boolean isClosed;
    private boolean isBusy;

    /** How a writer reaches the ledger. */
    record Way(Host host, NamingClient naming, Set<Mutation> mutations) {}

    /** What became of a batch. */
    interface Listener {
        void committed();

        void deposed(String reason);
    }

    /**
     * A writer for one term.
     *
     * @param sequence where the chain of the epoch stands now
     */
    LedgerWriter(Way way, long epoch, long sequence, Listener listener) {
        this.way = way;
        this.epoch = epoch;
        this.chain = new CommitChain(epoch, sequence);
        this.listener = listener;
    }

    /** Whether the outcome of a batch is not known. */
    boolean isBusy() {
        return isBusy;
    }

    /** Carries a batch; the one before must have been committed. */
    void write(Batch<LedgerValue> batch) {
        isBusy = true;
        take(chain.begin(), batch);
    }

    /** Stops trying. What is under way may still become durable. */
    void close() {
        isClosed = true;
    }

    private void take(Step step, Batch<LedgerValue> batch) {
        if (isClosed) {
            return;
        }
        switch (step) {
            case Step.Send(long sequence) ->
                    way.naming()
                            .<CommitChain.Answer>ask(
                                    PATIENCE,
                                    (replica, answer) ->
                                            replica.commit(epoch, sequence, batch, answer),
                                    answer -> take(chain.answered(answer), batch),
                                    () -> doubt(batch));
            case Step.Ask() ->
                    way.naming()
                            .<NamingReplica.Chain>ask(
                                    PATIENCE,
                                    (replica, answer) -> replica.chain(epoch, answer),
                                    answer ->
                                            take(
                                                    chain.told(
                                                            answer.leadingEpoch(),
                                                            answer.committed()),
                                                    batch),
                                    () -> doubt(batch));
            case Step.Durable() -> {
                isBusy = false;
                listener.committed();
            }
            case Step.Deposed(String reason) -> listener.deposed(reason);
        }
    }

    private void doubt(Batch<LedgerValue> batch) {
        if (way.mutations().contains(Mutation.TAKE_SILENCE_FOR_SUCCESS)) {
            take(chain.answered(new CommitChain.Answer.Committed()), batch);
            return;
        }
        way.host().after(PAUSE, () -> take(chain.unanswered(), batch));
    }
}
