package dev.atoll.naming.store;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An ordered map of keys to values with revisions, atomic transactions, watches and leases.
 *
 * <p>Keys are ASCII and begin with "/", and so do prefixes. They are ordered by their bytes.
 *
 * <p>Every change of the map has a revision, a number that only grows, also over restarts of the
 * store. What a call returns is durable. Reads see every commit that was acknowledged before they
 * began, whoever made it.
 *
 * <p>Calls block, for at most the timeout that the store was made with, and may be made from any
 * thread at once. A call that could not be answered in time throws {@link
 * StoreUnavailableException}, except {@link #commit}, whose outcome says so.
 */
public interface Store extends AutoCloseable {
    /** The longest lease that may be asked for. */
    Duration LEASE_TIME_TO_LIVE_MAX = Duration.ofHours(1);

    /** The revision of the latest change; asking for it also proves that the store answers. */
    long revision();

    /** The entry under a key, if there is one. */
    Optional<Entry> get(String key);

    /**
     * The first entries under a prefix, in key order.
     *
     * @param afterKey only keys greater than this one; empty for all
     * @param limit at most so many entries, 1 to {@link Page#LIMIT_MAX}
     */
    Page list(String prefix, String afterKey, int limit);

    /**
     * Hands every entry under a prefix to the sink, in key order, all as of one revision.
     *
     * @param sink may block; it is called by the calling thread
     * @return the revision that was read
     */
    long scan(String prefix, Consumer<Entry> sink);

    /** Commits a transaction: all of it or nothing. */
    CommitOutcome commit(Txn txn);

    /**
     * Watches a prefix: every change from a revision on, in order, once each, and all changes of
     * one revision in one notice.
     *
     * @param fromRevision the first revision of interest, at least 1; it may lie in the future
     * @param sink must not block; it is called by one thread at a time, perhaps before this method
     *     returns. After {@link WatchNotice.Compacted} or {@link WatchNotice.Ended} nothing more
     *     comes: read the prefix again and watch from the revision that was read
     */
    Watch watch(String prefix, long fromRevision, Consumer<WatchNotice> sink);

    /**
     * Grants a lease.
     *
     * @param timeToLive 1 s to {@link #LEASE_TIME_TO_LIVE_MAX}; the store may round it up
     */
    Lease grant(Duration timeToLive);

    /** Extends a lease by its full time to live; empty when the lease has ended. */
    Optional<Lease> keepAlive(long leaseId);

    /** Ends a lease and deletes the keys bound to it. One that has ended already is no error. */
    void revoke(long leaseId);

    /**
     * Forgets the changes before a revision, so that the history does not grow without end. A watch
     * from an earlier revision may then be answered with {@link WatchNotice.Compacted}.
     *
     * @param revision at most the revision of the latest change
     */
    void compact(long revision);

    /** Lets go of all resources. Watches end; calls after it fail. */
    @Override
    void close();
}
