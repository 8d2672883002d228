package dev.atoll.simulation.naming;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who leads and who waits, at some moment.
 *
 * @param revision of the store at that moment
 * @param candidates the longest waiting first
 */
record Election(long revision, Optional<StoreEntry> leader, List<StoreEntry> candidates) {
    Election {
        candidates =
                candidates.stream()
                        .sorted(Comparator.comparingLong(StoreEntry::createRevision))
                        .toList();
    }

    static Election nobody() {
        return new Election(0, Optional.empty(), List.of());
    }

    boolean isWaiting(long lease) {
        return candidates.stream().anyMatch(it -> it.lease() == lease);
    }

    boolean isLeading(long lease) {
        return leader.filter(it -> it.lease() == lease).isPresent();
    }

    /** Who is to lead, because nobody does and he waits the longest. */
    Optional<StoreEntry> due() {
        return leader.isPresent() ? Optional.empty() : candidates.stream().findFirst();
    }
}
