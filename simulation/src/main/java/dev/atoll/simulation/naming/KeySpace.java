package dev.atoll.simulation.naming;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The entries and the leases of the store. Its last changes can be undone. */
final class KeySpace {
    private final Map<StoreKey, StoreEntry> entries = new LinkedHashMap<>();
    private final Set<Long> leases = new LinkedHashSet<>();
    private final ArrayDeque<Step> undo = new ArrayDeque<>();
    private long revision;
    private long lastLease;

    /** One change, and how it was before. */
    private static final class Step {
        final Map<StoreKey, Optional<StoreEntry>> before = new LinkedHashMap<>();
        final long revision;
        Optional<Long> granted = Optional.empty();
        Optional<Long> ended = Optional.empty();
        Optional<Txn.Commit> commit = Optional.empty();

        Step(long revision) {
            this.revision = revision;
        }

        boolean isOfElection() {
            return before.keySet().stream()
                    .anyMatch(it ->
                            it instanceof StoreKey.Leader || it instanceof StoreKey.Candidate);
        }
    }

    /**
     * A change that can be undone no more.
     *
     * @param isOfElection whether somebody came to lead or wait, or does no more
     */
    record Kept(boolean isOfElection, Optional<Txn.Commit> commit) {}

    Optional<StoreEntry> get(StoreKey key) {
        return Optional.ofNullable(entries.get(key));
    }

    List<StoreEntry> all() {
        return List.copyOf(entries.values());
    }

    boolean hasLease(long lease) {
        return leases.contains(lease);
    }

    List<Long> leases() {
        return List.copyOf(leases);
    }

    Election election() {
        return new Election(
                revision,
                get(new StoreKey.Leader()),
                entries.values().stream()
                        .filter(it -> it.key() instanceof StoreKey.Candidate)
                        .toList());
    }

    // ---- changes

    Txn.Outcome commit(Txn txn) {
        if (!txn.compares().stream().allMatch(this::holds)) {
            Map<StoreKey, StoreEntry> found = new LinkedHashMap<>();
            txn.compares().forEach(it -> get(it.key()).ifPresent(e -> found.put(e.key(), e)));
            return new Txn.Outcome.CompareFailed(found);
        }
        if (txn.puts().values().stream()
                .anyMatch(it -> it.lease() != 0 && !leases.contains(it.lease()))) {
            return new Txn.Outcome.LeaseNotFound();
        }
        Step step = begin();
        step.commit = txn.commit();
        revision++;
        txn.puts().forEach((key, put) -> write(step, key, put));
        txn.deletes().forEach(key -> delete(step, key));
        return new Txn.Outcome.Committed(revision);
    }

    private boolean holds(Txn.Compare compare) {
        Optional<StoreEntry> entry = get(compare.key());
        return switch (compare) {
            case Txn.Compare.CreateRevision(StoreKey key, long wanted) ->
                    entry.map(StoreEntry::createRevision).orElse(0L) == wanted;
            case Txn.Compare.Version(StoreKey key, long wanted) ->
                    entry.map(StoreEntry::version).orElse(0L) == wanted;
        };
    }

    long grant() {
        Step step = begin();
        leases.add(++lastLease);
        step.granted = Optional.of(lastLease);
        return lastLease;
    }

    /** Ends a lease, and with it all entries that go with it; false if it has ended already. */
    boolean end(long lease) {
        if (!leases.contains(lease)) {
            return false;
        }
        Step step = begin();
        leases.remove(lease);
        step.ended = Optional.of(lease);
        revision++;
        all().stream().filter(it -> it.lease() == lease).forEach(it -> delete(step, it.key()));
        return true;
    }

    private Step begin() {
        Step step = new Step(revision);
        undo.addLast(step);
        return step;
    }

    private void write(Step step, StoreKey key, Txn.Put put) {
        Optional<StoreEntry> before = get(key);
        step.before.putIfAbsent(key, before);
        entries.put(
                key,
                new StoreEntry(
                        key,
                        put.value(),
                        before.map(StoreEntry::createRevision).orElse(revision),
                        before.map(StoreEntry::version).orElse(0L) + 1,
                        put.lease()));
    }

    private void delete(Step step, StoreKey key) {
        StoreEntry before = entries.remove(key);
        if (before != null) {
            step.before.putIfAbsent(key, Optional.of(before));
        }
    }

    // ---- what can be undone

    /** How many changes can be undone. */
    int unsafe() {
        return undo.size();
    }

    /** Whether a change can be undone by which somebody came to lead or wait, or does no more. */
    boolean isElectionUnsafe() {
        return undo.stream().anyMatch(Step::isOfElection);
    }

    /** The oldest change that can be undone is safe from now on. */
    Kept keepOldest() {
        Step step = undo.removeFirst();
        return new Kept(step.isOfElection(), step.commit);
    }

    void undoNewest() {
        Step step = undo.removeLast();
        List<Map.Entry<StoreKey, Optional<StoreEntry>>> changes =
                new ArrayList<>(step.before.entrySet());
        for (var change : changes) {
            change.getValue()
                    .ifPresentOrElse(
                            entry -> entries.put(change.getKey(), entry),
                            () -> entries.remove(change.getKey()));
        }
        step.granted.ifPresent(leases::remove);
        step.ended.ifPresent(leases::add);
        revision = step.revision;
    }
}
