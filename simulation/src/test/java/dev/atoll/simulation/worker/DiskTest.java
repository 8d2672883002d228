package dev.atoll.simulation.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.simulation.workload.Output;
import dev.atoll.simulation.world.Dice;

import org.junit.jupiter.api.Test;

class DiskTest {
    private static final StageRef STAGE = new StageRef(new JobId(1), 0);

    private final Disk disk = new Disk();

    private void write(int index, int attempt) {
        disk.write(STAGE, index, new Output("p", index, new WorkerId("w"), 1, attempt));
    }

    @Test
    void aPowerLossTakesOnlyWhatWasNotSynced() {
        for (int seed = 0; seed < 20; seed++) {
            disk.wipe();
            write(0, 1);
            disk.synced(disk.position());
            write(1, 1);
            write(2, 1);
            disk.losePower(new Dice(seed));
            disk.recover();
            assertThat(disk.held().get(STAGE))
                    .isIn(Ranges.of(0), Ranges.between(0, 2), Ranges.between(0, 3));
        }
    }

    @Test
    void theFirstOutputCountsUntilItIsDropped() {
        write(0, 1);
        write(0, 2);
        assertThat(disk.read(STAGE, 0).orElseThrow().attempt()).isEqualTo(1);
        disk.drop(STAGE, Ranges.of(0));
        write(0, 3);
        assertThat(disk.read(STAGE, 0).orElseThrow().attempt()).isEqualTo(3);
    }

    @Test
    void aFailedSyncTakesWhatItWasFor() {
        write(0, 1);
        var position = disk.position();
        write(1, 1);
        disk.syncFailed(position);
        assertThat(disk.held().get(STAGE)).isEqualTo(Ranges.of(1));
    }
}
