package dev.atoll.simulation.invariant;

/** A deliberate mistake in the simulated hands, which some invariant must catch. */
public enum Mutation {
    /** The master answers before the facts are durable. */
    ANSWER_BEFORE_DURABLE,
    /** The master acknowledges reports before their facts are durable. */
    ACKNOWLEDGE_BEFORE_DURABLE,
    /** The master shows what is not yet durable. */
    SHOW_BEFORE_DURABLE,
    /** The master ends jobs without having recorded the copies of their results. */
    END_WITHOUT_COPIES,
    /** The master tells workers of a job before its acceptance is durable. */
    INTRODUCE_BEFORE_ACCEPTED,
    /** The master takes what an old session says for the word of the new one. */
    BELIEVE_OLD_SESSIONS,
    /** The master takes what an old attempt has come to for the end of the present one. */
    BELIEVE_OLD_ATTEMPTS,
    /** The master lets a grant overtake the order to drop the outputs of the same tasks. */
    GRANTS_OVERTAKE_DISCARDS,
    /** The master gives a backup the number of the attempt that it runs beside. */
    BACKUPS_TAKE_THE_FIRST_NUMBER,
    /** A new leader does not read how far the stages are. */
    RECOVER_WITHOUT_PROGRESS,
    /** A new leader does not read that a job is being stopped or has ended. */
    RECOVER_WITHOUT_STATE,
    /** A new leader reads the ledger before it is elected, to be faster. */
    LOAD_BEFORE_ELECTION,
    /** A new leader does not listen to what workers say that they still run. */
    RECOVER_WITHOUT_OUTSTANDING,
    /** A new leader does not listen to what workers say that they hold. */
    RECOVER_WITHOUT_HELD,
    /** A new leader queues at once what no worker has claimed. */
    RECOVER_WITHOUT_GRACE,
    /** The leader goes on until somebody tells it that its lease is over. */
    LEADER_IGNORES_ITS_LEASE,
    /** The leader measures its lease by the clock on the wall. */
    LEASE_BY_WALL_CLOCK,
    /** The leader takes a commit without an answer for done. */
    TAKE_SILENCE_FOR_SUCCESS,
    /** A leader that was stopped itself takes all others for silent. */
    STALLED_LEADER_ACCUSES,
    /** The ledger takes the commits of a leader that was deposed. */
    COMMIT_WITHOUT_FENCE,
    /** The ledger takes commits in any order. */
    COMMIT_WITHOUT_CHAIN,
    /** The store answers before its disk has what it answers. */
    STORE_IN_MEMORY,
    /** The worker does not repeat the reports that were not acknowledged. */
    FORGET_UNACKNOWLEDGED_REPORTS,
    /** The worker goes on listening to a former master, and obeys it. */
    OBEY_ANY_EPOCH,
    /** The worker gives tasks back as failed. */
    RELEASE_AS_FAILURE,
    /** The worker says that outputs are durable before they are. */
    REPORT_BEFORE_SYNC,
    /** The worker takes outputs for durable that its disk refused to sync. */
    IGNORE_SYNC_FAILURE,
    /** The worker starts an attempt on top of those that it stops. */
    FREE_BEFORE_END,
    /** The worker starts anew with the incarnation that it had. */
    KEEP_INCARNATION,
    /** The worker says that it has copied what it has not. */
    COPY_NOTHING,
    /** The worker keeps copies of what it was told to drop meanwhile. */
    COPY_WHAT_WAS_DISCARDED,
    /** The client names each repetition of a submission anew. */
    SUBMIT_TWICE
}
