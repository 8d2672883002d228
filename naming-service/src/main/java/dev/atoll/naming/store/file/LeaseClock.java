package dev.atoll.naming.store.file;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Knows when each lease ends. Pure: the caller brings the time, of a monotonic clock. */
final class LeaseClock {
    private record Term(long leaseId, Duration timeToLive, long endNanos) {}

    private final Map<Long, Term> terms = new LinkedHashMap<>();

    /** Begins the term of a lease, or begins it anew. */
    void start(long leaseId, Duration timeToLive, long nowNanos) {
        terms.put(leaseId, new Term(leaseId, timeToLive, nowNanos + timeToLive.toNanos()));
    }

    /** Begins a term anew and says how long it is; empty when there is no such lease. */
    Optional<Duration> keepAlive(long leaseId, long nowNanos) {
        Term term = terms.get(leaseId);
        if (term == null) {
            return Optional.empty();
        }
        start(leaseId, term.timeToLive(), nowNanos);
        return Optional.of(term.timeToLive());
    }

    void end(long leaseId) {
        terms.remove(leaseId);
    }

    /**
     * Makes every lease live longer by a time in which nobody could be heard, so that a stop of
     * this process is not taken for the silence of others.
     */
    void postpone(Duration deaf) {
        terms.replaceAll(
                (id, term) -> new Term(id, term.timeToLive(), term.endNanos() + deaf.toNanos()));
    }

    /** The leases whose term is over, the longest over first. */
    List<Long> over(long nowNanos) {
        List<Term> over = new ArrayList<>();
        for (Term term : terms.values()) {
            if (nowNanos - term.endNanos() >= 0) {
                over.add(term);
            }
        }
        // Differences, not values: a monotonic clock may wrap around.
        over.sort(Comparator.comparingLong(term -> term.endNanos() - nowNanos));
        return over.stream().map(Term::leaseId).toList();
    }
}
