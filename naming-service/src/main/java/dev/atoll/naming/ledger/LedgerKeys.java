package dev.atoll.naming.ledger;

/** Where the ledger stands in the store. */
final class LedgerKeys {
    /** What stands before the key of every entry. */
    static final String ENTRIES = "/ledger/";

    /** What stands before the epoch of every chain. */
    static final String CHAINS = "/flush/";

    private LedgerKeys() {}

    /** The key of an entry. */
    static String entry(String key) {
        return ENTRIES + key;
    }

    /** The key of a chain: how often it was written is the last sequence of the chain. */
    static String chain(long epoch) {
        return CHAINS + epoch;
    }
}
