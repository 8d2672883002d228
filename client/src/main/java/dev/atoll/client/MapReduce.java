package dev.atoll.client;

import static java.util.Objects.requireNonNull;

import dev.atoll.core.model.Shuffle;
import dev.atoll.core.model.Shuffle.Combiner;
import dev.atoll.core.model.Shuffle.Partitioning;
import dev.atoll.core.model.TaskTemplate.Part;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two stages with a shuffle between them: what the tasks of the first write is taken as records,
 * and each task of the second reads its part of them, sorted by key. A record is a line; its key
 * are the bytes before the first tab, or all of them.
 *
 * @param map the stage that writes records
 * @param reduce the stage that reads them; its items and its input are of no account
 * @param reducers how many tasks the second stage gets: 1 to 10,000
 * @param sorted whether their results, one after the other, are in the order of the keys
 * @param combiner what records of the same key are made into on the way; empty: they stay
 */
public record MapReduce(
        StageRequest map,
        StageRequest reduce,
        int reducers,
        boolean sorted,
        Optional<Combiner> combiner) {
    /** What begins the names of programs that are built into workers. */
    public static final String BUILT_IN = "atoll:";

    public MapReduce {
        requireNonNull(map, "map is null");
        requireNonNull(reduce, "reduce is null");
        requireNonNull(combiner, "combiner is null");
        if (reducers < 1 || reducers > Shuffle.PARTITIONS_MAX) {
            throw new IllegalArgumentException("1 to 10,000 reducers, not " + reducers);
        }
    }

    /** The stages of a job that does just this. */
    public List<StageRequest> stages() {
        List<StageRequest> stages = new ArrayList<>();
        stages.add(writing());
        stages.addAll(reading(0, 1));
        return stages;
    }

    /** The stage that writes records. */
    public StageRequest writing() {
        Partitioning partitioning =
                sorted ? new Partitioning.Range() : new Partitioning.Hash(reducers);
        return map.toBuilder().shuffle(new Shuffle(partitioning, combiner)).build();
    }

    /**
     * What reads them: one stage, or, where the result is sorted, two. Where keys are cut is then
     * what one task says in the first of these, once it has seen a sample of all.
     *
     * @param written the position of the stage that writes records
     * @param position that which the first of these stages gets
     */
    public List<StageRequest> reading(int written, int position) {
        if (!sorted) {
            return List.of(from(written, reduce, new Part.Hashed()).tasks(reducers).build());
        }
        StageRequest bounds =
                StageRequest.command(BUILT_IN + "bounds", Integer.toString(reducers))
                        .name(reduce.name().isEmpty() ? "bounds" : reduce.name() + "-bounds")
                        .build();
        return List.of(
                from(written, bounds, new Part.Sampled()).literally().build(),
                from(written, reduce, new Part.Bounded(position))
                        .dependsOn(position)
                        .tasks(reducers)
                        .build());
    }

    private static StageRequest.Builder from(int written, StageRequest stage, Part part) {
        return stage.toBuilder()
                .input(new StageRequest.Input.Shuffled(written, part))
                .dependsOn(written);
    }
}
