package dev.atoll.simulation.naming;

import dev.atoll.core.journal.LedgerKey;

/** Names one entry of the store. */
sealed interface StoreKey {
    /** Who leads: the revision at which this entry came to be is the epoch. */
    record Leader() implements StoreKey {}

    /** Somebody who waits to lead. */
    record Candidate(long lease) implements StoreKey {}

    /** The chain of commits of an epoch: how often it was written is its last sequence. */
    record Chain(long epoch) implements StoreKey {}

    /** An entry of the ledger. */
    record OfLedger(LedgerKey key) implements StoreKey {}
}
