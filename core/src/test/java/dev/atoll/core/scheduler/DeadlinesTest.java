package dev.atoll.core.scheduler;

import static dev.atoll.core.scheduler.SchedulerDriver.A;
import static dev.atoll.core.scheduler.SchedulerDriver.accepted;
import static dev.atoll.core.scheduler.SchedulerDriver.only;
import static dev.atoll.core.scheduler.SchedulerDriver.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.scheduler.SchedulerCommand.Refusal;
import dev.atoll.core.scheduler.SchedulerView.JobState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Jobs that must have ended in a certain time. */
class DeadlinesTest {
    private final SchedulerDriver driver = new SchedulerDriver();

    private StageRef submit(Duration deadline) {
        JobSpec usual = driver.job(FailurePolicy.KEEP_GOING, stage(3));
        JobSpec spec =
                new JobSpec(
                        usual.requestId(),
                        usual.name(),
                        usual.user(),
                        usual.priority(),
                        usual.stages(),
                        usual.failurePolicy(),
                        usual.backupPolicy(),
                        usual.durability(),
                        List.of(),
                        Optional.empty(),
                        Optional.of(deadline));
        return new StageRef(accepted(driver.submit(spec)), 0);
    }

    private JobState state(StageRef stage) {
        return driver.view(stage.job()).state();
    }

    @Test
    void whatRunsIsStopped_andTheJobIsCancelled() {
        driver.connect(A, Resources.cpu(2_000));
        StageRef stage = submit(Duration.ofSeconds(5));

        driver.pass(Duration.ofMillis(4_900), A);
        assertThat(state(stage)).isEqualTo(JobState.RUNNING);

        var commands = driver.pass(Duration.ofMillis(200), A);

        assertThat(SchedulerDriver.all(commands, SchedulerCommand.Stop.class))
                .singleElement()
                .satisfies(stop -> assertThat(stop.tasks()).isEqualTo(Ranges.between(0, 2)));
        assertThat(state(stage)).isEqualTo(JobState.STOPPING);
        assertThat(driver.view(stage.job()).reason()).isEqualTo("its deadline of 5 s has passed");
    }

    @Test
    void whatNeverStartedIsCancelledToo_andCannotBeTriedAgain() {
        StageRef stage = submit(Duration.ofMillis(1_500));

        driver.pass(Duration.ofSeconds(2));

        assertThat(state(stage)).isEqualTo(JobState.CANCELLED);
        SchedulerCommand.Refused refused =
                only(
                        driver.handle(
                                new SchedulerEvent.RetryRequested(
                                        driver.cause(), stage.job(), Optional.empty())),
                        SchedulerCommand.Refused.class);
        assertThat(refused.refusal()).isEqualTo(Refusal.DEADLINE_PASSED);
        assertThat(refused.message()).contains("its deadline of 1500 ms has passed");
    }

    @Test
    void whoEndsInTimeHearsNothingOfIt() {
        driver.connect(A, Resources.cpu(3_000));
        StageRef stage = submit(Duration.ofSeconds(5));

        driver.succeed(A, stage, 1, Ranges.between(0, 3));
        driver.pass(Duration.ofSeconds(6), A);

        assertThat(state(stage)).isEqualTo(JobState.SUCCEEDED);
    }
}
