package dev.atoll.naming.membership;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;

import dev.atoll.naming.serving.StoreTrouble;
import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Compare;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Lease;
import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.StoreUnavailableException;
import dev.atoll.naming.store.Txn;
import dev.atoll.proto.naming.v1.Member;
import dev.atoll.runtime.grpc.ApiException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The members as the store has them: one key for each, which lives on the member's lease. */
public final class Members {
    /** What stands before every member's id. */
    public static final String PREFIX = "/members/";

    private static final Logger LOG = LoggerFactory.getLogger(Members.class);

    /** How often a join is tried when others change the same member meanwhile. */
    private static final int ATTEMPTS_MAX = 10;

    private final Store store;
    private final InstantSource wallClock;

    /**
     * The members in a store.
     *
     * @param wallClock for the join time, which is for people only
     */
    public Members(Store store, InstantSource wallClock) {
        this.store = store;
        this.wallClock = wallClock;
    }

    /** The member that an entry under the prefix stands for. */
    public static Member read(Entry entry) {
        try {
            return Member.parseFrom(entry.value());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(entry.key() + " holds no member", e);
        }
    }

    /** The id of the member of a key. */
    public static String idOf(String key) {
        return key.substring(PREFIX.length());
    }

    /**
     * Makes a member present, and answers the lease that it lives on.
     *
     * @throws ApiException ALREADY_EXISTS (reason NEWER_INCARNATION)
     */
    public Lease join(Member wanted, Duration timeToLive) {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            Optional<JoinDecision.Present> present =
                    store.get(key(wanted))
                            .map(entry ->
                                    new JoinDecision.Present(
                                            read(entry), entry.leaseId(), entry.modRevision()));
            Optional<Lease> lease = carryOut(JoinDecision.of(present, wanted), wanted, timeToLive);
            if (lease.isPresent()) {
                return lease.get();
            }
        }
        throw StoreTrouble.contended("the member " + wanted.getMemberId());
    }

    /** Carries a decision out; empty when things have changed and it must be taken again. */
    private Optional<Lease> carryOut(JoinDecision decision, Member wanted, Duration timeToLive) {
        return switch (decision) {
            case JoinDecision.Enter(Optional<JoinDecision.Present> replaced) ->
                    enter(replaced, wanted, timeToLive);
            case JoinDecision.Resume(JoinDecision.Present present) -> {
                Optional<Lease> alive = store.keepAlive(present.leaseId());
                // A lease that has ended while its key is still there: the key is about to go.
                yield alive.isPresent() ? alive : enter(Optional.of(present), wanted, timeToLive);
            }
            case JoinDecision.Update(JoinDecision.Present present) -> {
                Optional<Lease> alive = store.keepAlive(present.leaseId());
                yield alive.isPresent() && write(present.modRevision(), wanted, present.leaseId())
                        ? alive
                        : Optional.empty();
            }
            case JoinDecision.Refuse(long presentIncarnation) ->
                    throw ApiException.alreadyExists(
                                    "NEWER_INCARNATION",
                                    "the member %s is present with the newer incarnation %d"
                                            .formatted(wanted.getMemberId(), presentIncarnation))
                            .with("member_id", wanted.getMemberId())
                            .with("incarnation", presentIncarnation);
        };
    }

    private Optional<Lease> enter(
            Optional<JoinDecision.Present> replaced, Member wanted, Duration timeToLive) {
        Lease lease = store.grant(timeToLive);
        long modRevision = replaced.map(JoinDecision.Present::modRevision).orElse(0L);
        if (!write(modRevision, wanted, lease.id())) {
            end(lease.id());
            return Optional.empty();
        }
        // Not before: were this process to die in between, the member would be gone without cause.
        replaced.ifPresent(before -> end(before.leaseId()));
        return Optional.of(lease);
    }

    /** Writes a member unless it has changed; its outcome may be unknown, and then it throws. */
    private boolean write(long expectedModRevision, Member wanted, long leaseId) {
        Instant now = wallClock.instant();
        Timestamp joinTime =
                Timestamp.newBuilder()
                        .setSeconds(now.getEpochSecond())
                        .setNanos(now.getNano())
                        .build();
        Txn txn =
                Txn.builder()
                        .when(new Compare.ModRevision(key(wanted), expectedModRevision))
                        .put(
                                key(wanted),
                                wanted.toBuilder().setJoinTime(joinTime).build().toByteString(),
                                leaseId)
                        .build();
        return switch (store.commit(txn)) {
            case CommitOutcome.Committed committed -> true;
            case CommitOutcome.CompareFailed failed -> false;
            case CommitOutcome.LeaseNotFound notFound -> false;
            // If it was written, a repeat of the join finds it; if not, the lease runs out.
            case CommitOutcome.Unknown unknown -> throw StoreTrouble.unknown(unknown);
        };
    }

    private void end(long leaseId) {
        try {
            store.revoke(leaseId);
        } catch (StoreUnavailableException e) {
            LOG.info("the lease {} is left to run out: {}", leaseId, e.getMessage());
        }
    }

    private static String key(Member member) {
        return PREFIX + member.getMemberId();
    }
}
