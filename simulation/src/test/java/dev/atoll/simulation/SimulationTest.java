package dev.atoll.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

class SimulationTest {
    private static final int FIXED_SEEDS = 300;
    private static final int FRESH_SEEDS = 20;

    @Test
    void fixedSeedsEndWell() {
        for (long seed = 1; seed <= FIXED_SEEDS; seed++) {
            endsWell(seed);
        }
    }

    /**
     * Somebody's machine tries what nobody's has tried before; a failure says which seed it was.
     */
    @Test
    void freshSeedsEndWell() {
        long first = System.currentTimeMillis() * FRESH_SEEDS;
        System.out.printf("simulation/run --seeds %d --from %d%n", FRESH_SEEDS, first);
        for (long seed = first; seed < first + FRESH_SEEDS; seed++) {
            endsWell(seed);
        }
    }

    private static void endsWell(long seed) {
        Simulation.Result result = new Simulation(seed, Set.of()).run();
        result.defect()
                .ifPresent(defect -> fail(SimulationMain.describe(result, defect), defect.cause()));
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        for (long seed = 1; seed <= 10; seed++) {
            List<String> first = new ArrayList<>();
            List<String> second = new ArrayList<>();
            long digest = tell(seed, first).digest();
            assertThat(tell(seed, second).digest()).as("seed %d", seed).isEqualTo(digest);
            assertThat(second).isEqualTo(first);
        }
    }

    @Test
    void otherSeedsTellOtherStories() {
        assertThat(tell(1, new ArrayList<>()).digest())
                .isNotEqualTo(tell(2, new ArrayList<>()).digest());
    }

    private static Simulation.Result tell(long seed, List<String> story) {
        Simulation simulation = new Simulation(seed, Set.of());
        simulation.listen(story::add);
        return simulation.run();
    }
}
