package dev.atoll.naming.store;

import static java.util.Objects.requireNonNull;

/** One change of one key. */
public sealed interface Change {
    /** The key that changed. */
    String key();

    /** The revision of the change. */
    long revision();

    /** The key was written. */
    record Written(Entry entry) implements Change {
        public Written {
            requireNonNull(entry, "entry is null");
        }

        @Override
        public String key() {
            return entry.key();
        }

        @Override
        public long revision() {
            return entry.modRevision();
        }
    }

    /** The key was deleted, or its lease ended. */
    record Deleted(String key, long revision) implements Change {
        public Deleted {
            requireNonNull(key, "key is null");
        }
    }
}
