package dev.atoll.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.simulation.invariant.Mutation;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Set;
import java.util.stream.LongStream;

/** A simulation that finds no mistake may be blind; so it must find those that are put there. */
class MutationTest {
    private static final long SEEDS_MAX = 4_000;

    @ParameterizedTest
    @EnumSource
    void someSeedCatches(Mutation mutation) {
        assertThat(
                        LongStream.rangeClosed(1, SEEDS_MAX)
                                .mapToObj(seed -> new Simulation(seed, Set.of(mutation)).run())
                                .anyMatch(result -> result.defect().isPresent()))
                .as("one of %d seeds catches %s", SEEDS_MAX, mutation)
                .isTrue();
    }
}
