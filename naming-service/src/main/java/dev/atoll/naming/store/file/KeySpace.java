package dev.atoll.naming.store.file;

import com.google.protobuf.ByteString;

import dev.atoll.naming.store.Change;
import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Compare;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Txn;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The keys, the leases and the revision: what the records of the log add up to. Pure. */
final class KeySpace {
    /* Two doors. decide() looks at the state and says which record would change it; apply() is the
     * only thing that changes the state, with records that were just decided or are read back. */

    /** What is to happen with a transaction. */
    sealed interface Verdict {
        /** It holds: this record is to be applied. */
        record Apply(LogRecord.Committed record) implements Verdict {}

        /** It changes nothing, and this is the answer. */
        record Answer(CommitOutcome outcome) implements Verdict {}
    }

    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final LinkedHashMap<Long, Duration> leases = new LinkedHashMap<>();
    private final Map<Long, TreeSet<String>> keysByLease = new TreeMap<>();
    private long revision;

    long revision() {
        return revision;
    }

    Optional<Entry> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    int size() {
        return entries.size();
    }

    /** The entries under a prefix after a key, at most so many, in key order. */
    List<Entry> list(String prefix, String afterKey, long limit) {
        NavigableMap<String, Entry> tail =
                afterKey.compareTo(prefix) < 0
                        ? entries.tailMap(prefix, true)
                        : entries.tailMap(afterKey, false);
        List<Entry> found = new ArrayList<>();
        for (Entry entry : tail.values()) {
            if (found.size() >= limit || !entry.key().startsWith(prefix)) {
                break;
            }
            found.add(entry);
        }
        return found;
    }

    /** The living leases, in the order in which they were granted. */
    Map<Long, Duration> leases() {
        return new LinkedHashMap<>(leases);
    }

    boolean hasLease(long leaseId) {
        return leases.containsKey(leaseId);
    }

    /** Decides a transaction. */
    Verdict decide(Txn txn) {
        if (!txn.compares().stream().allMatch(this::holds)) {
            return new Verdict.Answer(new CommitOutcome.CompareFailed(found(txn)));
        }
        for (Txn.Put put : txn.puts()) {
            if (put.leaseId() != 0 && !leases.containsKey(put.leaseId())) {
                return new Verdict.Answer(new CommitOutcome.LeaseNotFound());
            }
        }
        List<String> deletes = txn.deletes().stream().filter(entries::containsKey).toList();
        if (txn.puts().isEmpty() && deletes.isEmpty()) {
            return new Verdict.Answer(new CommitOutcome.Committed(revision));
        }
        return new Verdict.Apply(new LogRecord.Committed(revision + 1, txn.puts(), deletes));
    }

    /** The record that ends a lease; empty when it has ended already. */
    Optional<LogRecord.LeaseEnded> decideEnd(long leaseId) {
        if (!leases.containsKey(leaseId)) {
            return Optional.empty();
        }
        long next = keysByLease.containsKey(leaseId) ? revision + 1 : revision;
        return Optional.of(new LogRecord.LeaseEnded(leaseId, next));
    }

    /**
     * Applies a record.
     *
     * @return the changes it made, all of one revision
     * @throws IllegalStateException when the record does not follow the state
     */
    List<Change> apply(LogRecord record) {
        return switch (record) {
            case LogRecord.Committed committed -> applyCommitted(committed);
            case LogRecord.LeaseGranted granted -> {
                leases.put(granted.leaseId(), granted.timeToLive());
                yield List.of();
            }
            case LogRecord.LeaseEnded ended -> applyEnded(ended);
            case LogRecord.SnapshotBegun begun -> {
                revision = begun.revision();
                yield List.of();
            }
            case LogRecord.SnapshotEntry(Entry entry) -> {
                entries.put(entry.key(), entry);
                bind(entry.key(), entry.leaseId());
                yield List.of();
            }
            case LogRecord.SnapshotEnded ended -> {
                if (ended.entryCount() != entries.size()) {
                    throw new IllegalStateException(
                            "a snapshot of %d keys has %d"
                                    .formatted(ended.entryCount(), entries.size()));
                }
                yield List.of();
            }
        };
    }

    /** The records that make this state from nothing. */
    List<LogRecord> snapshot() {
        List<LogRecord> records = new ArrayList<>();
        records.add(new LogRecord.SnapshotBegun(revision));
        leases.forEach((id, ttl) -> records.add(new LogRecord.LeaseGranted(id, ttl)));
        entries.values().forEach(entry -> records.add(new LogRecord.SnapshotEntry(entry)));
        records.add(new LogRecord.SnapshotEnded(entries.size()));
        return records;
    }

    private List<Change> applyCommitted(LogRecord.Committed committed) {
        advanceTo(committed.revision());
        List<Change> changes = new ArrayList<>();
        for (Txn.Put put : committed.puts()) {
            changes.add(new Change.Written(write(put.key(), put.value(), put.leaseId())));
        }
        for (String key : committed.deletes()) {
            remove(key);
            changes.add(new Change.Deleted(key, revision));
        }
        return changes;
    }

    private List<Change> applyEnded(LogRecord.LeaseEnded ended) {
        leases.remove(ended.leaseId());
        TreeSet<String> bound = keysByLease.remove(ended.leaseId());
        if (bound == null) {
            return List.of();
        }
        advanceTo(ended.revision());
        List<Change> changes = new ArrayList<>();
        for (String key : bound) {
            entries.remove(key);
            changes.add(new Change.Deleted(key, revision));
        }
        return changes;
    }

    private void advanceTo(long next) {
        if (next != revision + 1) {
            throw new IllegalStateException("revision " + next + " does not follow " + revision);
        }
        revision = next;
    }

    private Entry write(String key, ByteString value, long leaseId) {
        Entry before = entries.get(key);
        if (before != null) {
            unbind(key, before.leaseId());
        }
        Entry entry =
                new Entry(
                        key,
                        value,
                        before == null ? revision : before.createRevision(),
                        revision,
                        before == null ? 1 : before.version() + 1,
                        leaseId);
        entries.put(key, entry);
        bind(key, leaseId);
        return entry;
    }

    private void remove(String key) {
        Entry before = entries.remove(key);
        if (before != null) {
            unbind(key, before.leaseId());
        }
    }

    private void bind(String key, long leaseId) {
        if (leaseId != 0) {
            keysByLease.computeIfAbsent(leaseId, id -> new TreeSet<>()).add(key);
        }
    }

    private void unbind(String key, long leaseId) {
        TreeSet<String> bound = keysByLease.get(leaseId);
        if (bound != null && bound.remove(key) && bound.isEmpty()) {
            keysByLease.remove(leaseId);
        }
    }

    private boolean holds(Compare compare) {
        Entry entry = entries.get(compare.key());
        return switch (compare) {
            case Compare.Absent absent -> entry == null;
            case Compare.CreateRevision(String key, long wanted) ->
                    wanted == (entry == null ? 0 : entry.createRevision());
            case Compare.ModRevision(String key, long wanted) ->
                    wanted == (entry == null ? 0 : entry.modRevision());
            case Compare.Version(String key, long wanted) ->
                    wanted == (entry == null ? 0 : entry.version());
        };
    }

    private Map<String, Entry> found(Txn txn) {
        Map<String, Entry> found = new TreeMap<>();
        for (Compare compare : txn.compares()) {
            get(compare.key()).ifPresent(entry -> found.put(entry.key(), entry));
        }
        return found;
    }
}
