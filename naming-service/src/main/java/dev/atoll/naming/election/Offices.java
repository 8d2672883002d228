package dev.atoll.naming.election;

import com.google.protobuf.ByteString;

import dev.atoll.naming.serving.StoreTrouble;
import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Compare;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.Txn;
import dev.atoll.runtime.grpc.ApiException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes candidacies and successions into the store. */
public final class Offices {
    private static final Logger LOG = LoggerFactory.getLogger(Offices.class);

    /** How often a change is tried when the leader changes meanwhile. */
    private static final int ATTEMPTS_MAX = 10;

    private final Store store;

    public Offices(Store store) {
        this.store = store;
    }

    /** The key whose create revision is the epoch of an office. */
    public static String leaderKey(String office) {
        return OfficeBook.leaderKey(office);
    }

    /**
     * Puts a candidate into the queue, unless it leads or waits already; and has it lead when
     * nobody else does.
     *
     * @throws ApiException NOT_FOUND (reason LEASE_NOT_FOUND)
     */
    void stand(String office, long leaseId, String address) {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            OfficeBook book = read(office);
            Optional<Entry> leader = book.leader(office);
            if (leader.map(Entry::leaseId).orElse(0L) == leaseId
                    || book.isWaiting(office, leaseId)
                    || enqueue(office, leaseId, address, leader)) {
                read(office).due().stream()
                        .filter(due -> due.office().equals(office))
                        .forEach(this::carryOut);
                return;
            }
        }
        throw StoreTrouble.contended("the office " + office);
    }

    /** Takes a lease out of an office, whether it leads or waits; also when it does neither. */
    void resign(String office, long leaseId) {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            Optional<Entry> leader = read(office).leader(office);
            Txn.Builder txn =
                    Txn.builder()
                            .when(sameLeader(office, leader))
                            .delete(OfficeBook.candidateKey(office, leaseId));
            if (leader.isPresent() && leader.get().leaseId() == leaseId) {
                txn.delete(OfficeBook.leaderKey(office));
            }
            if (commit(txn.build(), leaseId)) {
                return;
            }
        }
        throw StoreTrouble.contended("the office " + office);
    }

    /** Has a candidate lead, if it still waits and nobody leads; otherwise nothing happens. */
    void carryOut(OfficeBook.Succession succession) {
        Entry candidate = succession.candidate();
        String leaderKey = OfficeBook.leaderKey(succession.office());
        Txn txn =
                Txn.builder()
                        .when(new Compare.Absent(leaderKey))
                        .when(
                                new Compare.CreateRevision(
                                        candidate.key(), candidate.createRevision()))
                        .put(leaderKey, candidate.value(), candidate.leaseId())
                        .delete(candidate.key())
                        .build();
        CommitOutcome outcome = store.commit(txn);
        if (outcome instanceof CommitOutcome.Committed(long epoch)) {
            LOG.info(
                    "{} leads the office {} in epoch {}",
                    candidate.value().toStringUtf8(),
                    succession.office(),
                    epoch);
        } else {
            LOG.debug("the succession in {} came to {}", succession.office(), outcome);
        }
    }

    /** Puts a candidate into the queue; false when the leader has changed meanwhile. */
    private boolean enqueue(String office, long leaseId, String address, Optional<Entry> leader) {
        String key = OfficeBook.candidateKey(office, leaseId);
        // The leader must be the one that was seen: it might be this lease by now, which must not
        // lead and wait at once.
        Txn txn =
                Txn.builder()
                        .when(sameLeader(office, leader))
                        .when(new Compare.Absent(key))
                        .put(key, ByteString.copyFromUtf8(address), leaseId)
                        .build();
        return commit(txn, leaseId);
    }

    private boolean commit(Txn txn, long leaseId) {
        return switch (store.commit(txn)) {
            case CommitOutcome.Committed committed -> true;
            case CommitOutcome.CompareFailed failed -> false;
            case CommitOutcome.LeaseNotFound notFound -> throw StoreTrouble.leaseNotFound(leaseId);
            case CommitOutcome.Unknown unknown -> throw StoreTrouble.unknown(unknown);
        };
    }

    private OfficeBook read(String office) {
        List<Entry> entries = new ArrayList<>();
        store.scan(OfficeBook.leaderKey(office), entries::add);
        return new OfficeBook(entries);
    }

    private static Compare sameLeader(String office, Optional<Entry> leader) {
        return new Compare.CreateRevision(
                OfficeBook.leaderKey(office), leader.map(Entry::createRevision).orElse(0L));
    }
}
