package dev.atoll.core.journal;

import dev.atoll.core.scheduler.Fact;

import java.util.List;

/**
 * What a ledger holds, as facts.
 *
 * @param facts in an order in which they can have happened
 * @param nextJobId greater than every id that was ever given; at least 1
 * @param keys what is stored of jobs
 * @param orphans keys that belong to no job any more
 */
public record Recovered(
        List<Fact> facts, long nextJobId, List<LedgerKey.OfJob> keys, List<LedgerKey> orphans) {
    public Recovered {
        facts = List.copyOf(facts);
        keys = List.copyOf(keys);
        orphans = List.copyOf(orphans);
    }

    /** What a fresh ledger holds. */
    public static Recovered nothing() {
        return new Recovered(List.of(), 1, List.of(), List.of());
    }
}
