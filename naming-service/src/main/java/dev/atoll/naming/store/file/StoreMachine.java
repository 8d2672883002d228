package dev.atoll.naming.store.file;

import dev.atoll.naming.store.Change;
import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Lease;
import dev.atoll.naming.store.Page;
import dev.atoll.naming.store.Txn;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The mind of the file store: answers every call and says what must become durable first. */
final class StoreMachine {
    /* A step changes the state at once and leaves its record in the turn. Whoever drives the machine
     * writes the turn to disk, and only then lets the answers of its steps and its changes out. So
     * later steps of the same turn build on earlier ones, and all of them cost one write. */

    /** What the steps since the last turn have done. */
    record Turn(List<LogRecord> records, List<List<Change>> changes) {
        boolean isEmpty() {
            return records.isEmpty();
        }
    }

    private final KeySpace keys;
    private final LeaseClock clock = new LeaseClock();
    private final LongSupplier leaseIds;
    private List<LogRecord> records = new ArrayList<>();
    private List<List<Change>> changes = new ArrayList<>();
    private long turnBytes;

    /** A machine that goes on from a state; its leases begin their terms anew. */
    StoreMachine(KeySpace keys, LongSupplier leaseIds, long nowNanos) {
        this.keys = keys;
        this.leaseIds = leaseIds;
        keys.leases().forEach((id, ttl) -> clock.start(id, ttl, nowNanos));
    }

    long revision() {
        return keys.revision();
    }

    Optional<Entry> get(String key) {
        return keys.get(key);
    }

    Page list(String prefix, String afterKey, int limit) {
        List<Entry> found = keys.list(prefix, afterKey, limit + 1L);
        boolean more = found.size() > limit;
        return new Page(more ? found.subList(0, limit) : found, more, keys.revision());
    }

    /** Every entry under a prefix; the entries are shared, the list is the caller's. */
    List<Entry> all(String prefix) {
        return keys.list(prefix, "", Long.MAX_VALUE);
    }

    CommitOutcome commit(Txn txn) {
        return switch (keys.decide(txn)) {
            case KeySpace.Verdict.Answer(CommitOutcome outcome) -> outcome;
            case KeySpace.Verdict.Apply(LogRecord.Committed record) -> {
                apply(record);
                yield new CommitOutcome.Committed(record.revision());
            }
        };
    }

    Lease grant(Duration timeToLive, long nowNanos) {
        long id = leaseIds.getAsLong();
        while (id <= 0 || keys.hasLease(id)) {
            id = leaseIds.getAsLong();
        }
        apply(new LogRecord.LeaseGranted(id, timeToLive));
        clock.start(id, timeToLive, nowNanos);
        return new Lease(id, timeToLive);
    }

    Optional<Lease> keepAlive(long leaseId, long nowNanos) {
        return clock.keepAlive(leaseId, nowNanos).map(ttl -> new Lease(leaseId, ttl));
    }

    void revoke(long leaseId) {
        keys.decideEnd(leaseId).ifPresent(this::apply);
        clock.end(leaseId);
    }

    /** Ends the leases whose term is over. */
    void expire(long nowNanos) {
        clock.over(nowNanos).forEach(this::revoke);
    }

    /** See {@link LeaseClock#postpone}. */
    void postponeExpiry(Duration deaf) {
        clock.postpone(deaf);
    }

    /** Ends the turn and begins the next. */
    Turn takeTurn() {
        Turn turn = new Turn(records, changes);
        records = new ArrayList<>();
        changes = new ArrayList<>();
        turnBytes = 0;
        return turn;
    }

    /** About how many bytes the turn so far takes in the log. */
    long turnBytes() {
        return turnBytes;
    }

    private void apply(LogRecord record) {
        List<Change> made = keys.apply(record);
        records.add(record);
        turnBytes += record.weightBytes();
        if (!made.isEmpty()) {
            changes.add(made);
        }
    }
}
