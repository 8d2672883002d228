package dev.atoll.simulation.invariant;

/** A deliberate mistake in the simulated hands, which some invariant must catch. */
public enum Mutation {
    /** The master answers before the facts are durable. */
    ANSWER_BEFORE_DURABLE,
    /** The master acknowledges reports before their facts are durable. */
    ACKNOWLEDGE_BEFORE_DURABLE,
    /** The master shows what is not yet durable. */
    SHOW_BEFORE_DURABLE,
    /** The master tells workers of a job before its acceptance is durable. */
    INTRODUCE_BEFORE_ACCEPTED,
    /** The master takes what an old session says for the word of the new one. */
    BELIEVE_OLD_SESSIONS,
    /** The master lets a grant overtake the order to drop the outputs of the same tasks. */
    GRANTS_OVERTAKE_DISCARDS,
    /** A new leader does not read how far the stages are. */
    RECOVER_WITHOUT_PROGRESS,
    /** A new leader does not read that a job is being stopped or has ended. */
    RECOVER_WITHOUT_STATE,
    /** The ledger takes the commits of a leader that was deposed. */
    COMMIT_WITHOUT_FENCE,
    /** The worker does not repeat the reports that were not acknowledged. */
    FORGET_UNACKNOWLEDGED_REPORTS,
    /** The worker goes on listening to a former master, and obeys it. */
    OBEY_ANY_EPOCH,
    /** The worker gives tasks back as failed. */
    RELEASE_AS_FAILURE,
    /** The worker says that outputs are durable before they are. */
    REPORT_BEFORE_SYNC,
    /** The worker starts an attempt on top of those that it stops. */
    FREE_BEFORE_END,
    /** The worker starts anew with the incarnation that it had. */
    KEEP_INCARNATION,
    /** The client names each repetition of a submission anew. */
    SUBMIT_TWICE
}
