package dev.atoll.naming.ledger;

import com.google.protobuf.ByteString;

import dev.atoll.naming.election.Offices;
import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Compare;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Txn;
import dev.atoll.proto.naming.v1.CommitRequest;
import dev.atoll.proto.naming.v1.CommitResponse;
import dev.atoll.proto.naming.v1.CommitResponse.Outcome;
import dev.atoll.proto.naming.v1.LedgerEntry;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** The chain of commits of one epoch, as transactions. Pure. */
final class LedgerChain {
    /* A commit compares two keys. The leader's key must have come to be at the epoch: so nobody
     * writes who has been deposed, however late his message arrives. And the key of the chain must
     * have been written sequence - 1 times: so no commit happens twice, or after a later one. The
     * commit writes the chain's key itself, which makes it the next link. */

    /** The office whose holder writes the ledger. */
    static final String OFFICE = "master";

    private static final String LEADER_KEY = Offices.leaderKey(OFFICE);

    /** A transaction has room for so many old chains beside a batch and its own link. */
    static final int OLD_CHAINS_MAX = Txn.OPERATIONS_MAX - LedgerChecks.OPERATIONS_MAX - 1;

    private LedgerChain() {}

    /**
     * The transaction of a commit.
     *
     * @param oldChains keys of chains of earlier epochs, to be removed with it
     */
    static Txn txn(CommitRequest request, List<String> oldChains) {
        String chain = LedgerKeys.chain(request.getEpoch());
        String link = Long.toString(request.getSequence());
        Txn.Builder txn =
                Txn.builder()
                        .when(new Compare.CreateRevision(LEADER_KEY, request.getEpoch()))
                        .when(new Compare.Version(chain, request.getSequence() - 1))
                        .put(chain, ByteString.copyFromUtf8(link));
        for (LedgerEntry put : request.getPutsList()) {
            txn.put(LedgerKeys.entry(put.getKey()), put.getValue());
        }
        request.getDeletesList().forEach(key -> txn.delete(LedgerKeys.entry(key)));
        oldChains.forEach(txn::delete);
        return txn.build();
    }

    /** The keys among those of chains that are of epochs before one. */
    static List<String> before(long epoch, List<Entry> chains) {
        return chains.stream()
                .map(Entry::key)
                .filter(key -> Long.parseLong(key.substring(LedgerKeys.CHAINS.length())) < epoch)
                .limit(OLD_CHAINS_MAX)
                .toList();
    }

    static CommitResponse committed(CommitRequest request) {
        return response(Outcome.OUTCOME_COMMITTED, request.getSequence());
    }

    /** What to answer when a compare failed. */
    static CommitResponse refused(CommitRequest request, CommitOutcome.CompareFailed failed) {
        long leading = epoch(failed.found().get(LEADER_KEY));
        long sequence = sequence(failed.found().get(LedgerKeys.chain(request.getEpoch())));
        return response(
                leading == request.getEpoch()
                        ? Outcome.OUTCOME_OUT_OF_SEQUENCE
                        : Outcome.OUTCOME_DEPOSED,
                sequence);
    }

    /** The epoch of the leader's key; 0 when there is none. */
    static long epoch(@Nullable Entry leader) {
        return leader == null ? 0 : leader.createRevision();
    }

    /** The last sequence of a chain's key; 0 when there is none. */
    static long sequence(@Nullable Entry chain) {
        return chain == null ? 0 : chain.version();
    }

    private static CommitResponse response(Outcome outcome, long committedSequence) {
        return CommitResponse.newBuilder()
                .setOutcome(outcome)
                .setCommittedSequence(committedSequence)
                .build();
    }
}
