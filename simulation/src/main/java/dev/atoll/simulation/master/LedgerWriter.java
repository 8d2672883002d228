package dev.atoll.simulation.master;

import dev.atoll.core.journal.Batch;
import dev.atoll.core.journal.CommitChain;
import dev.atoll.core.journal.CommitChain.Step;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.simulation.ledger.Ledger;
import dev.atoll.simulation.world.Host;
import dev.atoll.simulation.world.Network;

import java.time.Duration;

/** Carries batches to the ledger, as the real chain of commits says. */
final class LedgerWriter {
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final Network network;
    private final Host host;
    private final Ledger ledger;
    private final long epoch;
    private final CommitChain chain;
    private final Listener listener;
    private boolean isClosed;
    private boolean isBusy;
    private long questions;

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
    LedgerWriter(
            Network network,
            Host host,
            Ledger ledger,
            long epoch,
            long sequence,
            Listener listener) {
        this.network = network;
        this.host = host;
        this.ledger = ledger;
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
        switch (step) {
            case Step.Send(long sequence) -> {
                long question = ask(batch);
                network.ask(
                        host,
                        ledger.host(),
                        () -> ledger.commit(epoch, sequence, batch),
                        answer -> {
                            if (isOpen(question)) {
                                take(chain.answered(answer), batch);
                            }
                        });
            }
            case Step.Ask() -> {
                long question = ask(batch);
                network.ask(
                        host,
                        ledger.host(),
                        () -> ledger.chain(epoch),
                        answer -> {
                            if (isOpen(question)) {
                                take(chain.told(answer.leadingEpoch(), answer.committed()), batch);
                            }
                        });
            }
            case Step.Durable() -> {
                isBusy = false;
                questions++;
                listener.committed();
            }
            case Step.Deposed(String reason) -> {
                questions++;
                listener.deposed(reason);
            }
        }
    }

    /** Waits for an answer; one that comes later than that is not heard. */
    private long ask(Batch<LedgerValue> batch) {
        long question = ++questions;
        host.after(
                PATIENCE,
                () -> {
                    if (isOpen(question)) {
                        take(chain.unanswered(), batch);
                    }
                });
        return question;
    }

    private boolean isOpen(long question) {
        return !isClosed && questions == question;
    }
}
