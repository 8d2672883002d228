package dev.atoll.master.loop;

import com.google.protobuf.ByteString;

import dev.atoll.core.journal.Gate;
import dev.atoll.core.journal.Journal;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.master.journal.CommitBatch;
import dev.atoll.master.journal.LedgerWriter;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the loop needs so that nothing is seen before it is durable: the journal, the writer that
 * carries its batches, and what waits for them. The loop's thread owns it.
 */
public final class Durability implements AutoCloseable {
    private final Journal<ByteString> journal;
    private final LedgerWriter writer;
    private final MasterMetrics metrics;
    private final Gate gate;

    public Durability(Journal<ByteString> journal, LedgerWriter writer, MasterMetrics metrics) {
        this.journal = journal;
        this.gate = new Gate(journal);
        this.writer = writer;
        this.metrics = metrics;
    }

    /** Takes note of facts. */
    void record(List<Fact> facts) {
        if (!facts.isEmpty()) {
            journal.record(facts);
        }
    }

    /** What waits until facts are durable. */
    Gate gate() {
        return gate;
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
                CommitBatch.of(journal.take(nowNanos)),
                new LedgerWriter.Listener() {
                    @Override
                    public void committed(long nanos) {
                        metrics.committed(nanos);
                        mailbox.accept(gate::committed);
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

    /** What has kept facts from becoming durable for so long, in a sentence. */
    Optional<String> troubleLasting(Duration least) {
        return writer.troubleLasting(least);
    }

    @Override
    public void close() {
        writer.close();
    }
}
