package dev.atoll.naming.election;

import dev.atoll.naming.store.Change;
import dev.atoll.naming.store.Entry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who leads and who waits, as the keys of the offices say. Pure; for one thread. */
final class OfficeBook {
    /* The leader of an office is the key /leader/OFFICE: there is at most one, and the revision at
     * which it came to be is the epoch, which a ledger commit can compare. Those who wait are the
     * keys /leader/OFFICE/LEASE; the first of them takes over when the leader's key is gone. A lease
     * has one of the two keys of an office or none, never both. */

    /** What stands before every key of every office. */
    static final String PREFIX = "/leader/";

    /** Somebody who is to lead an office, because nobody does and he waits the longest. */
    record Succession(String office, Entry candidate) {}

    private final Map<String, Entry> entries = new TreeMap<>();

    OfficeBook(Collection<Entry> entries) {
        entries.forEach(entry -> this.entries.put(entry.key(), entry));
    }

    /** The key of the leader of an office. */
    static String leaderKey(String office) {
        return PREFIX + office;
    }

    /** The key of somebody who waits. */
    static String candidateKey(String office, long leaseId) {
        return "%s%s/%016x".formatted(PREFIX, office, leaseId);
    }

    /** Takes changes in; only after a whole batch is the book right again. */
    void apply(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.Written(Entry entry) -> entries.put(entry.key(), entry);
                case Change.Deleted deleted -> entries.remove(deleted.key());
            }
        }
    }

    Optional<Entry> leader(String office) {
        return Optional.ofNullable(entries.get(leaderKey(office)));
    }

    boolean isWaiting(String office, long leaseId) {
        return entries.containsKey(candidateKey(office, leaseId));
    }

    /** Those who wait for an office, the longest waiting first. */
    List<Entry> candidates(String office) {
        String prefix = leaderKey(office) + "/";
        return entries.values().stream()
                .filter(entry -> entry.key().startsWith(prefix))
                .sorted(Comparator.comparingLong(Entry::createRevision))
                .toList();
    }

    /** What has to happen: one succession for each office without a leader that somebody wants. */
    List<Succession> due() {
        List<Succession> due = new ArrayList<>();
        for (String office : offices()) {
            if (leader(office).isEmpty()) {
                candidates(office).stream()
                        .findFirst()
                        .ifPresent(first -> due.add(new Succession(office, first)));
            }
        }
        return due;
    }

    private Set<String> offices() {
        Set<String> offices = new TreeSet<>();
        for (String key : entries.keySet()) {
            int slash = key.indexOf('/', PREFIX.length());
            offices.add(key.substring(PREFIX.length(), slash < 0 ? key.length() : slash));
        }
        return offices;
    }
}
