package dev.atoll.core.scheduler;

import static dev.atoll.core.scheduler.SchedulerDriver.A;
import static dev.atoll.core.scheduler.SchedulerDriver.B;
import static dev.atoll.core.scheduler.SchedulerDriver.stage;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;

/** Mistakes with backups that the checks of invariants must notice. */
class BackupsValidationTest {
    private static final Ranges TASK = Ranges.of(0);

    private final Stage stage = new Stage(new StageRef(new JobId(1), 0), stage(2));
    private final Worker first = worker("a");
    private final Worker second = worker("b");

    private static Worker worker(String id) {
        Worker worker =
                new Worker(id.equals("a") ? A : B, new Worker.Link.Connected(1), Instant.EPOCH);
        worker.offer = Resources.cpu(2_000);
        return worker;
    }

    @BeforeEach
    void grant() {
        Assignments.give(first, stage, TASK);
    }

    private Load counted(Worker worker) {
        Load load = new Load();
        load.add(stage.spec.need(), stage.heldBy(worker.id).size());
        return load;
    }

    @Test
    void whatIsDoneRightPasses() {
        Assignments.giveBackups(second, stage, TASK);
        stage.validate();
        second.validate(counted(second));
    }

    @Test
    void aBackupThatIsNotCountedAtItsWorkerIsNoticed() {
        stage.backUp(second.id, TASK);
        assertThatIllegalStateException().isThrownBy(() -> second.validate(counted(second)));
    }

    @Test
    void aBackupOfATaskThatRunsNowhereIsNoticed() {
        Assignments.giveBackups(second, stage, TASK);
        stage.requeue(Assignments.take(first, stage, TASK));
        assertThatIllegalStateException().isThrownBy(stage::validate);
    }

    @Test
    void aBackupBesideItselfIsNoticed() {
        Assignments.giveBackups(first, stage, TASK);
        assertThatIllegalStateException().isThrownBy(stage::validate);
    }

    @Test
    void aSecondBackupIsNoticed() {
        Assignments.giveBackups(second, stage, TASK);
        stage.backUp(new WorkerId("c"), TASK);
        assertThatIllegalStateException().isThrownBy(stage::validate);
    }
}
