package dev.atoll.core.scheduler;

import static dev.atoll.core.scheduler.SchedulerDriver.A;
import static dev.atoll.core.scheduler.SchedulerDriver.B;
import static dev.atoll.core.scheduler.SchedulerDriver.accepted;
import static dev.atoll.core.scheduler.SchedulerDriver.all;
import static dev.atoll.core.scheduler.SchedulerDriver.grants;
import static dev.atoll.core.scheduler.SchedulerDriver.only;
import static dev.atoll.core.scheduler.SchedulerDriver.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.scheduler.SchedulerEvent.HeldOutputs;
import dev.atoll.core.scheduler.SchedulerEvent.StageAttempts;
import dev.atoll.core.scheduler.SchedulerEvent.TaskSelection;
import dev.atoll.core.scheduler.SchedulerView.JobState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Each of these stories left a task waiting for ever, or was paid for twice. */
class WorkerClaimsTest {
    private static final Resources ONE_CPU = Resources.cpu(1_000);
    private static final Failure EXIT_1 = new Failure(Failure.Kind.EXIT, 1, "");

    private final SchedulerDriver driver = new SchedulerDriver();

    private static StageAttempts claim(StageRef stage, int attempt, int index, long sequence) {
        return new StageAttempts(stage, 1, attempt, Ranges.of(index), sequence);
    }

    private Decision back(StageAttempts... claims) {
        driver.disconnect(A);
        return driver.connect(A, 1, ONE_CPU, List.of(claims), List.of());
    }

    @Test
    void aGrantThatGotLostIsNotTakenForTheOldReportOfTheSameTask() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1, ONE_CPU, 9, List.of()));
        driver.fail(A, stage, 1, EXIT_1, Ranges.of(0));
        assertThat(grants(back(claim(stage, 1, 0, 1)))).containsExactly("a: 0 #3");
    }

    @Test
    void aGrantThatGotLostIsNotTakenForAnOlderAttemptThatRuns() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1, ONE_CPU, 9, List.of()));
        driver.connect(A, 2, ONE_CPU, List.of(), List.of());
        driver.disconnect(A);
        Decision back = driver.connect(A, 2, ONE_CPU, List.of(claim(stage, 1, 0, 0)), List.of());
        assertThat(only(back, SchedulerCommand.Stop.class).tasks()).hasToString("0");
        assertThat(grants(back)).containsExactly("a: 0 #3");
    }

    @Test
    void aNewLeaderAdoptsTheNewestOfSeveralAttemptsAndRunsNoneAgain() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1, ONE_CPU, 9, List.of()));
        driver.fail(A, stage, 1, EXIT_1, Ranges.of(0));
        driver.failOver();
        List<StageAttempts> claims = List.of(claim(stage, 1, 0, 1), claim(stage, 2, 0, 0));
        Decision adopted = driver.connect(A, 1, ONE_CPU, claims, List.of());
        assertThat(all(adopted.commands(), SchedulerCommand.Stop.class)).isEmpty();
        assertThat(grants(driver.fail(A, stage, 1, EXIT_1, Ranges.of(0)))).isEmpty();
        assertThat(grants(driver.fail(A, stage, 2, EXIT_1, Ranges.of(0))))
                .containsExactly("a: 0 #3");
    }

    @Test
    void aStageOfAForgottenJobIsForgottenAlsoWhereNothingOfItSucceeded() {
        StageRef forgotten = new StageRef(new JobId(99), 0);
        Decision back =
                driver.connect(
                        A,
                        1,
                        ONE_CPU,
                        List.of(),
                        List.of(new HeldOutputs(forgotten, Ranges.empty())));
        assertThat(only(back, SchedulerCommand.Forget.class).job()).isEqualTo(forgotten.job());
    }

    @Test
    void nobodyIsToBlameForGrantsThatGotLost() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1));
        for (int i = 0; i < 9; i++) {
            assertThat(grants(back())).hasSize(1);
        }
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void aTaskThatIsBackWithItsWorkerHasNotKilledIt() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1));
        for (int i = 0; i < 9; i++) {
            driver.disconnect(A);
            driver.pass(Duration.ofMinutes(1));
            driver.connect(A, 1, ONE_CPU, List.of(claim(stage, 1, 0, 0)), List.of());
        }
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.RUNNING);
        assertThat(driver.succeed(A, stage, 1, Ranges.of(0)).facts())
                .anyMatch(Fact.JobEnded.class::isInstance);
    }

    @Test
    void anOrderToStopIsGivenAgainInTheNextSession() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1));
        driver.handle(cancel(stage, Optional.empty()));
        Decision back = back(claim(stage, 1, 0, 0));
        assertThat(only(back, SchedulerCommand.Stop.class).tasks()).hasToString("0");
    }

    @Test
    void anOrderToStopSingleTasksIsGivenAgainInTheNextSession() {
        driver.connect(A, Resources.cpu(2_000));
        StageRef stage = driver.submitStage(stage(2));
        driver.handle(cancel(stage, Optional.of(Ranges.of(1))));
        Decision back = back(claim(stage, 1, 0, 0), claim(stage, 1, 1, 0));
        assertThat(only(back, SchedulerCommand.Stop.class).tasks()).hasToString("1");
    }

    @Test
    void aTaskThatSomebodyStopsDoesNotRunElsewhereInstead() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1));
        driver.handle(cancel(stage, Optional.of(Ranges.of(0))));
        assertThat(grants(back())).isEmpty();
        assertThat(driver.view(stage.job()).reason()).contains("cancelled");
    }

    @Test
    void whatWasStoppedOnceIsStoppedNoMoreAfterARetry() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1, ONE_CPU, 2, List.of()));
        driver.handle(cancel(stage, Optional.of(Ranges.of(0))));
        driver.handle(cancel(stage, Optional.empty()));
        driver.fail(A, stage, 1, Failure.of(Failure.Kind.CANCELLED), Ranges.of(0));
        driver.handle(
                new SchedulerEvent.RetryRequested(driver.cause(), stage.job(), Optional.empty()));
        driver.fail(A, stage, 2, EXIT_1, Ranges.of(0));
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void aNewerAttemptIsStoppedWhenAnOlderOneOfTheSameWorkerHasSucceeded() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1, ONE_CPU, 9, List.of()));
        driver.connect(B, ONE_CPU);
        driver.disconnect(A);
        driver.pass(Duration.ofSeconds(4), B);
        driver.fail(B, stage, 2, EXIT_1, Ranges.of(0));
        driver.handle(new SchedulerEvent.DrainRequested(driver.cause(), B, false));
        driver.fail(B, stage, 3, EXIT_1, Ranges.of(0));
        HeldOutputs held = new HeldOutputs(stage, Ranges.of(0));
        Decision back =
                driver.connect(A, 1, ONE_CPU, List.of(claim(stage, 1, 0, 1)), List.of(held));
        assertThat(grants(back)).containsExactly("a: 0 #4");
        Decision late = driver.succeed(A, stage, 1, Ranges.of(0));
        assertThat(late.facts())
                .contains(new Fact.TasksSucceeded(stage, A, Ranges.of(0), Ranges.empty()));
        assertThat(only(late, SchedulerCommand.Stop.class).tasks()).hasToString("0");
    }

    @Test
    void aJobThatEndsWhileANewLeaderWaitsForWorkersCanBeRetried() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1));
        driver.failOver();
        driver.connect(A, 1, ONE_CPU, List.of(claim(stage, 1, 0, 0)), List.of());
        driver.report(
                A,
                1,
                SchedulerDriver.stageReport(
                        stage,
                        1,
                        Ranges.empty(),
                        List.of(new SchedulerEvent.FailedTasks(EXIT_1, Ranges.of(0)))));
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.FAILED);
        driver.pass(Duration.ofSeconds(4), A);
        Decision retried =
                driver.handle(
                        new SchedulerEvent.RetryRequested(
                                driver.cause(), stage.job(), Optional.empty()));
        assertThat(grants(retried)).hasSize(1);
    }

    private SchedulerEvent cancel(StageRef stage, Optional<Ranges> tasks) {
        Optional<TaskSelection> selection =
                tasks.map(it -> new TaskSelection(stage.stage(), Optional.of(it)));
        return new SchedulerEvent.CancelRequested(
                driver.cause(), stage.job(), selection, 15, "", driver.now);
    }

    // ---- outputs

    @Test
    void aRetryRunsAgainWhatAReturnedWorkerNoLongerHolds() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1));
        driver.succeed(A, stage, 1, Ranges.of(0));
        driver.connect(A, 2, ONE_CPU, List.of(), List.of());
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.SUCCEEDED);
        Decision retried =
                driver.handle(
                        new SchedulerEvent.RetryRequested(
                                driver.cause(), stage.job(), Optional.empty()));
        assertThat(retried.facts()).contains(new Fact.TasksReopened(stage, Ranges.of(0)));
    }

    @Test
    void whatGotLostUnneededIsMadeAgainOnceItIsNeeded() {
        driver.connect(A, ONE_CPU);
        StageRef first =
                new StageRef(
                        accepted(
                                driver.submit(
                                        driver.job(
                                                FailurePolicy.KEEP_GOING,
                                                stage(1),
                                                stage(1, ONE_CPU, 1, List.of(0)),
                                                stage(1, ONE_CPU, 1, List.of(1))))),
                        0);
        StageRef second = new StageRef(first.job(), 1);
        driver.succeed(A, first, 1, Ranges.of(0));
        driver.succeed(A, second, 1, Ranges.of(0));
        HeldOutputs secondHeld = new HeldOutputs(second, Ranges.of(0));
        Decision unneeded = driver.connect(A, 2, ONE_CPU, List.of(), List.of(secondHeld));
        assertThat(all(unneeded.commands(), SchedulerCommand.Discard.class)).isEmpty();
        assertThat(unneeded.facts()).isEmpty();
        Decision needed = driver.connect(A, 3, ONE_CPU, List.of(), List.of());
        assertThat(needed.facts())
                .containsExactly(
                        new Fact.TasksReopened(second, Ranges.of(0)),
                        new Fact.TasksReopened(first, Ranges.of(0)));
    }
}
