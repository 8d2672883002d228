package dev.atoll.core.journal;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;

/** Names one entry of the ledger. */
public sealed interface LedgerKey {
    /** An entry that belongs to one job and goes with it. */
    sealed interface OfJob extends LedgerKey {
        JobId job();
    }

    /** The next job id. */
    record NextJobId() implements LedgerKey {}

    /** A worker on the roster. */
    record Enlisted(WorkerId worker) implements LedgerKey {}

    /** A worker that an operator has drained. */
    record Drained(WorkerId worker) implements LedgerKey {}

    /** What was submitted, or the head of it. */
    record Spec(JobId job) implements OfJob {}

    /**
     * A further piece of a long spec.
     *
     * @param part from 1
     */
    record SpecPart(JobId job, int part) implements OfJob {}

    /** Where a job stands. */
    record State(JobId job) implements OfJob {}

    /**
     * What has become of some tasks of a stage.
     *
     * @param chunk from 0
     */
    record Progress(StageRef stage, int chunk) implements OfJob {
        @Override
        public JobId job() {
            return stage.job();
        }
    }
}
