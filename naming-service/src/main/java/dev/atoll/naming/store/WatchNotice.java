package dev.atoll.naming.store;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What a watch hears. */
public sealed interface WatchNotice {
    /** Changes in the order of their revisions, never empty. */
    record Changes(List<Change> changes) implements WatchNotice {
        public Changes {
            changes = List.copyOf(changes);
            if (changes.isEmpty()) {
                throw new IllegalArgumentException("a notice of changes has at least one");
            }
        }
    }

    /**
     * The store no longer has every change from the revision that was asked for. Final.
     *
     * @param oldestRevision from here on the store would still know
     */
    record Compacted(long oldestRevision) implements WatchNotice {}

    /** The watch broke or its store was closed: changes are missed from now on. Final. */
    record Ended(String reason) implements WatchNotice {
        public Ended {
            requireNonNull(reason, "reason is null");
        }
    }
}
