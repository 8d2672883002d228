package dev.atoll.naming.store;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/** What became of a transaction. */
public sealed interface CommitOutcome {
    /**
     * Every compare held and the writes are durable.
     *
     * @param revision the revision of the writes; of the latest change when nothing was written
     */
    record Committed(long revision) implements CommitOutcome {}

    /**
     * A compare did not hold; nothing was written.
     *
     * @param found those of the compared keys that exist, as they were when the compares were made
     */
    record CompareFailed(Map<String, Entry> found) implements CommitOutcome {
        public CompareFailed {
            found = Map.copyOf(found);
        }
    }

    /** A put named a lease that has ended; nothing was written. */
    record LeaseNotFound() implements CommitOutcome {}

    /**
     * Nobody knows: the writes may have happened, may happen later, or never.
     *
     * @param timedOut whether it was waited for in vain; otherwise the store refused or broke
     */
    record Unknown(String reason, boolean timedOut) implements CommitOutcome {
        public Unknown {
            requireNonNull(reason, "reason is null");
        }
    }
}
