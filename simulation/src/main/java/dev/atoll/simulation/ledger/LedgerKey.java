package dev.atoll.simulation.ledger;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;

/** Names one entry of the ledger. */
public sealed interface LedgerKey {
    /** What belongs to one job. */
    sealed interface OfJob extends LedgerKey {
        JobId job();
    }

    /** What was submitted. */
    record Spec(JobId job) implements OfJob {}

    /** Whether the job goes on. */
    record State(JobId job) implements OfJob {}

    /** How far a stage is, in one chunk of its indexes. */
    record Progress(StageRef stage, int chunk) implements OfJob {
        @Override
        public JobId job() {
            return stage.job();
        }
    }

    /** The number of the next job. */
    record NextJobId() implements LedgerKey {}
}
