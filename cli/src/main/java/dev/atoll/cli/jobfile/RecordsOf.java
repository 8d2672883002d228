package dev.atoll.cli.jobfile;

import dev.atoll.client.MapReduce;
import dev.atoll.client.StageRequest;
import dev.atoll.core.model.Shuffle.Combiner;

import java.util.Optional;

/**
 * The records of an earlier stage that a stage reads.
 *
 * @param stage the position of the earlier one
 * @param tasks how many tasks share them
 * @param sorted whether each task gets a range of keys
 * @param combiner what records of the same key are made into on the way
 */
record RecordsOf(int stage, int tasks, boolean sorted, Optional<Combiner> combiner) {
    /** The stages that take the place of the one that writes and the one that reads. */
    MapReduce with(StageRequest writing, StageRequest reading) {
        return new MapReduce(writing, reading, tasks, sorted, combiner);
    }
}
