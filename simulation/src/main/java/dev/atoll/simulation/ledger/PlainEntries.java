package dev.atoll.simulation.ledger;

import dev.atoll.core.journal.EntryWriter;
import dev.atoll.core.journal.LedgerKey;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Entries as they are, without a format. The spec of a larger job comes in two pieces. */
public final class PlainEntries implements EntryWriter<LedgerValue> {
    private static final int TASKS_IN_ONE_PIECE_MAX = 20;

    @Override
    public SequencedMap<LedgerKey.OfJob, LedgerValue> accepted(Fact.JobAccepted fact) {
        SequencedMap<LedgerKey.OfJob, LedgerValue> entries = new LinkedHashMap<>();
        if (hasTwoPieces(fact)) {
            entries.put(new LedgerKey.SpecPart(fact.job(), 1), new LedgerValue.Piece());
        }
        entries.put(new LedgerKey.Spec(fact.job()), new LedgerValue.Accepted(fact));
        return entries;
    }

    private static boolean hasTwoPieces(Fact.JobAccepted fact) {
        return fact.spec().taskCount() > TASKS_IN_ONE_PIECE_MAX;
    }

    /** What somebody reads: of a spec that is not whole, the pieces. */
    public static Map<LedgerKey, LedgerValue> read(Map<LedgerKey, LedgerValue> entries) {
        Map<LedgerKey, LedgerValue> read = new LinkedHashMap<>(entries);
        read.replaceAll((key, value) ->
                value instanceof LedgerValue.Accepted(Fact.JobAccepted fact)
                                && hasTwoPieces(fact)
                                && !entries.containsKey(new LedgerKey.SpecPart(fact.job(), 1))
                        ? new LedgerValue.Piece()
                        : value);
        return read;
    }

    @Override
    public LedgerValue open(JobId job) {
        return new LedgerValue.Open();
    }

    @Override
    public LedgerValue stopping(Fact.JobStopping fact) {
        return new LedgerValue.Stopping(fact);
    }

    @Override
    public LedgerValue ended(Fact.JobEnded fact) {
        return new LedgerValue.Ended(fact);
    }

    @Override
    public LedgerValue progress(LedgerKey.Progress key, ProgressChunk chunk) {
        return new LedgerValue.Progress(chunk);
    }

    @Override
    public LedgerValue nextJobId(long next) {
        return new LedgerValue.NextJobId(next);
    }

    @Override
    public LedgerValue enlisted(WorkerId worker) {
        return new LedgerValue.Enlisted(worker);
    }

    @Override
    public LedgerValue drained(WorkerId worker) {
        return new LedgerValue.Drained(worker);
    }

    @Override
    public int bytes(LedgerKey key, LedgerValue value) {
        return 1;
    }

    @Override
    public int bytes(LedgerKey key) {
        return 1;
    }
}
