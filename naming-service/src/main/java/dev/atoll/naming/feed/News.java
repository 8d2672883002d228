package dev.atoll.naming.feed;

import dev.atoll.naming.store.Change;

import java.util.List;

/** What a subscription hears. */
public sealed interface News {
    /** Changes in the order in which they happened, never empty. */
    record Changes(List<Change> changes) implements News {
        public Changes {
            changes = List.copyOf(changes);
        }
    }

    /** Changes were missed because they were not taken in time. Final. */
    record FellBehind() implements News {}

    /** The feed is closed. Final. */
    record Closed() implements News {}
}
