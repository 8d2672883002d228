package dev.atoll.simulation.naming;

/**
 * An entry of the store.
 *
 * @param createRevision the revision at which it came to be
 * @param version how often it was written since
 * @param lease the lease it goes with; 0 if none
 */
record StoreEntry(StoreKey key, StoreValue value, long createRevision, long version, long lease) {}
