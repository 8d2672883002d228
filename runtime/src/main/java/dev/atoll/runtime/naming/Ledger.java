package dev.atoll.runtime.naming;

import com.google.protobuf.ByteString;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The durable record of what the leader promised, as the leader uses it. Every call blocks. */
public interface Ledger {
    /**
     * Every entry under a prefix as of one revision, in key order.
     *
     * @throws dev.atoll.runtime.grpc.ApiException when the naming service does not answer
     */
    List<LedgerEntry> loadEntries(String prefix);

    /**
     * Commits one batch atomically: at most 100 puts and deletes together, 1 MiB in all. Sent once.
     *
     * @param epoch the committer's term
     * @param sequence 1 for the first commit of an epoch, then one more each time
     * @throws dev.atoll.runtime.grpc.ApiException INVALID_ARGUMENT when the batch is over a limit;
     *     any other: the outcome is unknown. Call {@link #getChain}, then send the same commit
     *     again or go on.
     */
    CommitOutcome commit(
            long epoch, long sequence, Map<String, ByteString> puts, Collection<String> deletes);

    /**
     * How far the commits of an epoch have come.
     *
     * @throws dev.atoll.runtime.grpc.ApiException when the naming service does not answer
     */
    LedgerChain getChain(long epoch);
}
