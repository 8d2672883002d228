package dev.atoll.core.model;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How the records of a stage come to the tasks of a later one.
 *
 * @param partitioning to which task a record goes
 * @param combiner what records of the same key are made into on the way
 */
public record Shuffle(Partitioning partitioning, Optional<Combiner> combiner) {
    /** The most partitions. */
    public static final int PARTITIONS_MAX = 10_000;

    public Shuffle {
        requireNonNull(partitioning, "partitioning is null");
        requireNonNull(combiner, "combiner is null");
    }

    /** To which task a record goes. */
    public sealed interface Partitioning {
        /** By the hash of its key. */
        record Hash(int count) implements Partitioning {
            public Hash {
                if (count < 1 || count > PARTITIONS_MAX) {
                    throw new IllegalArgumentException("1 to 10,000 partitions, not " + count);
                }
            }
        }

        /** By the order of the keys. */
        record Range() implements Partitioning {}
    }

    /** What records of the same key are made into. */
    public enum Combiner {
        /** How many there were; those that were combined already are added up. */
        COUNT,
        /** The sum of their values. */
        SUM,
        /** The least of their values. */
        MIN,
        /** The greatest of their values. */
        MAX,
        /** The first of them. */
        FIRST,
        /** One of each: the key is the whole record. */
        UNIQUE
    }
}
