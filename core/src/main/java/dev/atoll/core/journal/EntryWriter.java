package dev.atoll.core.journal;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;

import java.util.SequencedMap;

/**
 * Puts the entries of the ledger into the form in which they are stored.
 *
 * @param <V> that form
 */
public interface EntryWriter<V> {
    /** An accepted job: its spec comes last, after the further pieces of a long one. */
    SequencedMap<LedgerKey.OfJob, V> accepted(Fact.JobAccepted fact);

    /** Where a job stands that goes on. */
    V open(JobId job);

    /** Where a job stands that is being stopped. */
    V stopping(Fact.JobStopping fact);

    /** Where a job stands that has ended. */
    V ended(Fact.JobEnded fact);

    /** What has become of the tasks of a chunk. */
    V progress(LedgerKey.Progress key, ProgressChunk chunk);

    /** The next job id. */
    V nextJobId(long next);

    /** A worker that is on the roster. */
    V enlisted(WorkerId worker);

    /** A worker that an operator has drained. */
    V drained(WorkerId worker);

    /** How many bytes of a commit an entry takes. */
    int bytes(LedgerKey key, V value);

    /** How many bytes of a commit the removal of an entry takes. */
    int bytes(LedgerKey key);
}
