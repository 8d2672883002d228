package dev.atoll.runtime.naming;

/** What became of a commit to the ledger. That it is unknown is an exception, not an outcome. */
public sealed interface CommitOutcome {
    /** The batch is durable. */
    record Committed(long sequence) implements CommitOutcome {}

    /** Another epoch leads, or none: nothing was written. Stop leading. */
    record Deposed() implements CommitOutcome {}

    /**
     * The sequence is not the next of the chain: nothing was written.
     *
     * @param committedSequence the last sequence of the chain that is durable
     */
    record OutOfSequence(long committedSequence) implements CommitOutcome {}
}
