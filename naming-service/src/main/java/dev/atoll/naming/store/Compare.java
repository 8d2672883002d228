package dev.atoll.naming.store;

import static java.util.Objects.requireNonNull;

/** A condition on one key; a transaction commits only when all of its conditions hold. */
public sealed interface Compare {
    /** The key that the condition is about. */
    String key();

    /** The key does not exist. */
    record Absent(String key) implements Compare {
        public Absent {
            requireNonNull(key, "key is null");
        }
    }

    /** The key came to be at this revision and has existed since; 0: it does not exist. */
    record CreateRevision(String key, long revision) implements Compare {
        public CreateRevision {
            requireNonNull(key, "key is null");
        }
    }

    /** The key was last written at this revision; 0: it does not exist. */
    record ModRevision(String key, long revision) implements Compare {
        public ModRevision {
            requireNonNull(key, "key is null");
        }
    }

    /** The key was written so many times since it came to be; 0: it does not exist. */
    record Version(String key, long version) implements Compare {
        public Version {
            requireNonNull(key, "key is null");
        }
    }
}
