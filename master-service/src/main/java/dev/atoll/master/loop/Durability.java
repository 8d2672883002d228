package dev.atoll.master.loop;

import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerCommand.Introduce;
import dev.atoll.core.scheduler.SchedulerCommand.ToWorker;
import dev.atoll.master.journal.Journal;
import dev.atoll.master.journal.LedgerWriter;

import java.util.List;
import java.util.function.Consumer;

/**
 * What the loop needs so that nothing is seen before it is durable: the journal, the writer that
 * carries its batches, and what waits for them. The loop's thread owns it.
 */
public final class Durability implements AutoCloseable {
    private final Journal journal;
    private final LedgerWriter writer;
    private final MasterMetrics metrics;
    private final ParkedCommands parked = new ParkedCommands();

    public Durability(Journal journal, LedgerWriter writer, MasterMetrics metrics) {
        this.journal = journal;
        this.writer = writer;
        this.metrics = metrics;
    }

    /** Takes note of facts. */
    void record(List<Fact> facts) {
        if (!facts.isEmpty()) {
            journal.record(facts);
        }
    }

    /** Does something once every fact up to now is durable; at once, if they are. */
    void whenDurable(Runnable action) {
        if (journal.durablePosition() >= journal.position()) {
            action.run();
        } else {
            parked.park(journal.position(), action);
        }
    }

    /**
     * Gives an order: at once, or, where it reveals facts or follows one that does, once they are
     * durable.
     */
    void order(ToWorker command, Consumer<ToWorker> out) {
        if (revealed(command) > journal.durablePosition() || parked.mustWait(command)) {
            parked.park(journal.position(), command, () -> out.accept(command));
        } else {
            out.accept(command);
        }
    }

    /** The last fact that an order reveals; 0 if it reveals none. */
    private long revealed(ToWorker command) {
        if (command.isRevealing()) {
            return journal.position();
        }
        // A worker must not know a job by a number that a later leader might give to another.
        return command instanceof Introduce introduce
                ? journal.acceptedPosition(introduce.stage().job())
                : 0;
    }

    /**
     * Sends the next batch, if it is time.
     *
     * @param mailbox takes what is to run on the loop's thread when the batch is durable
     */
    void flush(long nowNanos, Consumer<Runnable> mailbox, Mandate mandate) {
        if (!journal.isDue(nowNanos)) {
            return;
        }
        writer.write(
                journal.take(nowNanos),
                new LedgerWriter.Listener() {
                    @Override
                    public void committed(long nanos) {
                        metrics.committed(nanos);
                        mailbox.accept(Durability.this::committed);
                    }

                    @Override
                    public void deposed(String reason) {
                        mandate.forfeit(reason, null);
                    }
                });
    }

    /** How long until a batch is due; at most the journal's interval. */
    long nanosUntilDue(long nowNanos) {
        return journal.nanosUntilDue(nowNanos);
    }

    /** How many orders and answers wait for facts. */
    int parkedCount() {
        return parked.size();
    }

    @Override
    public void close() {
        writer.close();
    }

    private void committed() {
        journal.committed();
        parked.release(journal.durablePosition());
    }
}
