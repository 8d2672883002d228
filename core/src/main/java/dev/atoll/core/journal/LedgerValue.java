package dev.atoll.core.journal;

import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Fact;
import dev.atoll.core.scheduler.SchedulerView.ProgressChunk;

/** What an entry of the ledger says. */
public sealed interface LedgerValue {
    /** A job was accepted. */
    record Accepted(Fact.JobAccepted fact) implements LedgerValue {}

    /** A piece of a spec, which says nothing by itself; also a head without all of its pieces. */
    record Piece() implements LedgerValue {}

    /** The job goes on. */
    record Open() implements LedgerValue {}

    /** The job is being stopped. */
    record Stopping(Fact.JobStopping fact) implements LedgerValue {}

    /** The job has ended. */
    record Ended(Fact.JobEnded fact) implements LedgerValue {}

    /** Which tasks of a chunk have succeeded or failed. */
    record Progress(ProgressChunk chunk) implements LedgerValue {}

    /** A worker is on the roster. */
    record Enlisted(WorkerId worker) implements LedgerValue {}

    /** A worker gets no new tasks. */
    record Drained(WorkerId worker) implements LedgerValue {}

    /** The number of the next job. */
    record NextJobId(long value) implements LedgerValue {}
}
