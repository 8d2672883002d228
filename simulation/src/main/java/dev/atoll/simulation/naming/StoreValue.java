package dev.atoll.simulation.naming;

import dev.atoll.core.journal.LedgerValue;

/** What an entry of the store holds. */
sealed interface StoreValue {
    /** Where a master is reached. */
    record Address(String master) implements StoreValue {}

    /** A link of a chain. */
    record Link() implements StoreValue {}

    /** What an entry of the ledger says. */
    record OfLedger(LedgerValue value) implements StoreValue {}
}
