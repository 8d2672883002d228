package dev.atoll.system.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.naming.testing.RequiresEtcd;
import dev.atoll.system.faults.FaultLoop.Options;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.concurrent.ThreadLocalRandom;

/** A few faults of all kinds, others each time. For more: system-tests/faults/loop. */
@Tag("system")
@RequiresEtcd
class FaultLoopTest {
    private static final int ROUNDS = 8;

    @Test
    void noFaultLosesOrRepeatsAnything() throws Exception {
        long seed = ThreadLocalRandom.current().nextInt(1_000_000);

        assertThat(FaultLoop.run(Options.ofShortFaults(ROUNDS, seed), System.out))
                .as("what was wrong; seed %d", seed)
                .isEmpty();
    }
}
