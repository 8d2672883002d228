package dev.atoll.core.scheduler;

import static dev.atoll.core.scheduler.SchedulerDriver.A;
import static dev.atoll.core.scheduler.SchedulerDriver.B;
import static dev.atoll.core.scheduler.SchedulerDriver.all;
import static dev.atoll.core.scheduler.SchedulerDriver.grants;
import static dev.atoll.core.scheduler.SchedulerDriver.only;
import static dev.atoll.core.scheduler.SchedulerDriver.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.scheduler.SchedulerEvent.FailedTasks;
import dev.atoll.core.scheduler.SchedulerEvent.HeldOutputs;
import dev.atoll.core.scheduler.SchedulerEvent.StageAttempts;
import dev.atoll.core.scheduler.SchedulerView.JobState;
import dev.atoll.core.scheduler.SchedulerView.WorkerState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

class SchedulerRecoveryTest {
    private static final Resources ONE_CPU = Resources.cpu(1_000);

    private final SchedulerDriver driver = new SchedulerDriver();

    @Test
    void aBrokenSessionKeepsItsTasksForAWhile() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1));
        driver.connect(B, ONE_CPU);
        driver.disconnect(A);
        assertThat(grants(driver.pass(Duration.ofSeconds(2), B))).isEmpty();
        Decision back = driver.connect(A, 1, ONE_CPU, List.of(claim(stage, 1, 0, 0)), List.of());
        assertThat(grants(back)).isEmpty();
        driver.succeed(A, stage, 1, Ranges.of(0));
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.SUCCEEDED);
    }

    private static StageAttempts claim(StageRef stage, int attempt, int index, long sequence) {
        return new StageAttempts(stage, 1, attempt, Ranges.of(index), sequence);
    }

    @Test
    void aDrainedWorkerHasTheTimeToStartAnew() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(2));
        driver.succeed(A, stage, 1, Ranges.of(0));
        driver.succeed(A, stage, 1, Ranges.of(1));
        driver.handle(new SchedulerEvent.DrainRequested(driver.cause(), A, false));
        driver.disconnect(A);
        driver.pass(Duration.ofSeconds(8));
        assertThat(driver.scheduler.view().worker(A, driver.now).orElseThrow().state())
                .isNotEqualTo(WorkerState.LOST);
        driver.pass(Duration.ofSeconds(4));
        assertThat(driver.scheduler.view().worker(A, driver.now).orElseThrow().state())
                .isEqualTo(WorkerState.LOST);
    }

    @Test
    void aNewLeaderWaitsForEveryWorkerOnTheRosterAndNoLonger() {
        driver.connect(A, ONE_CPU);
        driver.connect(B, ONE_CPU);
        StageRef stage = driver.submitStage(stage(4));
        driver.failOver();

        Decision first = driver.connect(A, 1, ONE_CPU, List.of(claim(stage, 1, 0, 0)), List.of());
        assertThat(grants(first)).isEmpty();
        Decision last = driver.connect(B, 1, ONE_CPU, List.of(), List.of());

        assertThat(grants(last)).isNotEmpty().noneMatch(grant -> grant.contains(" 0"));
    }

    @Test
    void aDrainedWorkerIsDrainedForEveryLeaderUntilItIsResumed() {
        driver.connect(A, ONE_CPU);
        driver.handle(new SchedulerEvent.DrainRequested(driver.cause(), A, false));
        driver.disconnect(A);
        driver.pass(Duration.ofSeconds(4));
        driver.failOver();
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1));
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.QUEUED);

        Decision resumed =
                driver.handle(new SchedulerEvent.DrainRequested(driver.cause(), A, true));

        assertThat(resumed.facts()).containsExactly(new Fact.WorkerResumed(A));
        assertThat(grants(resumed)).hasSize(1);
    }

    @Test
    void aNewLeaderDoesNotWaitForWorkersThatWereGivenUp() {
        driver.connect(A, ONE_CPU);
        driver.connect(B, ONE_CPU);
        driver.disconnect(A);
        driver.pass(Duration.ofSeconds(4), B);
        driver.submitStage(stage(1));
        driver.failOver();

        assertThat(grants(driver.connect(B, 1, ONE_CPU, List.of(), List.of()))).hasSize(1);
    }

    @Test
    void aNewLeaderThatKnowsOfNobodyWaitsForTheWholeGrace() {
        driver.submitStage(stage(1));
        driver.failOver();

        assertThat(grants(driver.connect(A, ONE_CPU))).isEmpty();
        assertThat(grants(driver.pass(Duration.ofSeconds(4), A))).hasSize(1);
    }

    @Test
    void aWorkerThatStaysAwayIsGivenUp() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1));
        driver.connect(B, ONE_CPU);
        driver.disconnect(A);
        assertThat(grants(driver.pass(Duration.ofSeconds(4), B))).containsExactly("b: 0 #2");
        assertThat(driver.scheduler.view().worker(A, driver.now).orElseThrow().state())
                .isEqualTo(WorkerState.LOST);
        Decision late = driver.connect(A, 1, ONE_CPU, List.of(claim(stage, 1, 0, 0)), List.of());
        assertThat(only(late, SchedulerCommand.Stop.class).tasks()).hasToString("0");
    }

    @Test
    void aWorkerThatComesBackLateGoesOnIfNobodyElseBegan() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1));
        driver.disconnect(A);
        driver.pass(Duration.ofSeconds(10));
        Decision back = driver.connect(A, 1, ONE_CPU, List.of(claim(stage, 1, 0, 0)), List.of());
        assertThat(all(back.commands(), SchedulerCommand.Stop.class)).isEmpty();
        assertThat(grants(back)).isEmpty();
        assertThat(driver.view(stage.job()).stages().getFirst().running()).isEqualTo(1);
    }

    @Test
    void aSilentWorkerIsSuspectThenLostUnlessTheMasterStalled() {
        driver.connect(A, ONE_CPU);
        driver.submitStage(stage(1));
        driver.tick(Duration.ofSeconds(30), true);
        assertThat(driver.scheduler.view().worker(A, driver.now).orElseThrow().state())
                .isEqualTo(WorkerState.READY);
        driver.pass(Duration.ofSeconds(4));
        assertThat(driver.scheduler.view().worker(A, driver.now).orElseThrow().state())
                .isEqualTo(WorkerState.SUSPECT);
        List<SchedulerCommand> later = driver.pass(Duration.ofSeconds(7));
        assertThat(all(later, SchedulerCommand.Close.class)).hasSize(1);
    }

    @Test
    void aNewIncarnationLosesWhatRanAndKeepsWhatItHolds() {
        driver.connect(A, Resources.cpu(2_000));
        StageRef stage = driver.submitStage(stage(3));
        driver.succeed(A, stage, 1, Ranges.of(0));
        HeldOutputs held = new HeldOutputs(stage, Ranges.of(0));
        Decision again = driver.connect(A, 2, Resources.cpu(2_000), List.of(), List.of(held));
        assertThat(again.facts()).isEmpty();
        assertThat(grants(again)).containsExactly("a: 1-2 #2");
    }

    @Test
    void lostOutputsOfAnActiveJobRunAgain() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(2));
        driver.succeed(A, stage, 1, Ranges.of(0));
        Decision emptied = driver.connect(A, 2, ONE_CPU, List.of(), List.of());
        assertThat(emptied.facts()).contains(new Fact.TasksReopened(stage, Ranges.of(0)));
        driver.succeed(A, stage, 2, Ranges.between(0, 2));
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void whatWroteNothingIsNotLostWithItsWorker() {
        driver.connect(A, Resources.cpu(3_000));
        StageRef stage = driver.submitStage(stage(3));
        driver.succeedSilently(A, stage, 1, Ranges.of(0));
        driver.succeed(A, stage, 1, Ranges.of(1));
        driver.connect(B, ONE_CPU);
        driver.disconnect(A);
        driver.pass(Duration.ofSeconds(4), B);
        assertThat(driver.facts).contains(new Fact.TasksReopened(stage, Ranges.of(1)));
        driver.failOver();
        assertThat(driver.scheduler.view().places(stage, 0).silent()).isEqualTo(Ranges.of(0));
        driver.connect(B, 2, ONE_CPU, List.of(), List.of());
        assertThat(driver.view(stage.job()).stages().getFirst().succeeded()).isEqualTo(1);
    }

    @Test
    void aTaskThatTakesItsWorkersDownFailsAfterThree() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1));
        for (int incarnation = 2; incarnation <= 4; incarnation++) {
            driver.connect(A, incarnation, ONE_CPU, List.of(), List.of());
        }
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.FAILED);
        assertThat(driver.view(stage.job()).reason()).contains("worker was lost");
    }

    @Test
    void theFirstSuccessCountsAndTheOtherIsDropped() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(2));
        driver.connect(B, ONE_CPU);
        driver.disconnect(A);
        driver.pass(Duration.ofSeconds(4), B);
        driver.connect(A, 1, ONE_CPU, List.of(claim(stage, 1, 0, 0)), List.of());
        Decision first = driver.succeed(A, stage, 1, Ranges.of(0));
        Decision second = driver.succeed(B, stage, 2, Ranges.of(0));
        assertThat(first.facts())
                .contains(new Fact.TasksSucceeded(stage, A, Ranges.of(0), Ranges.empty()));
        assertThat(second.facts()).doesNotHaveAnyElementsOfTypes(Fact.TasksSucceeded.class);
        assertThat(only(second, SchedulerCommand.Discard.class).worker()).isEqualTo(B);
    }

    @Test
    void aRepeatedReportCountsOnce() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1, ONE_CPU, 2, List.of()));
        Failure failure = new Failure(Failure.Kind.EXIT, 1, "");
        var report =
                SchedulerDriver.stageReport(
                        stage, 1, Ranges.empty(), List.of(new FailedTasks(failure, Ranges.of(0))));
        driver.report(A, 1, report);
        driver.disconnect(A);
        StageAttempts next = claim(stage, 2, 0, 0);
        driver.connect(A, 1, ONE_CPU, List.of(claim(stage, 1, 0, 1), next), List.of());
        Decision repeated = driver.report(A, 1, report);
        assertThat(repeated.facts()).isEmpty();
        assertThat(only(repeated, SchedulerCommand.Acknowledge.class).sequence()).isEqualTo(1);
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void anEndThatWasCountedIsNotTakenForARunningTask() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1, ONE_CPU, 9, List.of()));
        driver.fail(A, stage, 1, new Failure(Failure.Kind.EXIT, 1, ""), Ranges.of(0));
        driver.disconnect(A);
        driver.pass(Duration.ofSeconds(4));
        Decision back = driver.connect(A, 1, ONE_CPU, List.of(claim(stage, 1, 0, 1)), List.of());
        assertThat(grants(back)).containsExactly("a: 0 #3");
    }

    // ---- a new leader

    @Test
    void aNewLeaderWaitsForWorkersAndRunsNothingTwice() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(3));
        driver.succeed(A, stage, 1, Ranges.of(0));
        driver.failOver();
        Decision other = driver.connect(B, ONE_CPU);
        assertThat(grants(other)).isEmpty();
        HeldOutputs held = new HeldOutputs(stage, Ranges.of(0));
        Decision back =
                driver.connect(A, 1, ONE_CPU, List.of(claim(stage, 1, 1, 0)), List.of(held));
        assertThat(grants(back)).containsExactly("b: 2 #1");
        driver.succeed(A, stage, 1, Ranges.of(1));
        driver.succeed(B, stage, 1, Ranges.of(2));
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void aNewLeaderGivesUpWorkersThatDoNotComeBack() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(2));
        driver.succeed(A, stage, 1, Ranges.of(0));
        driver.failOver();
        driver.connect(B, Resources.cpu(2_000));
        driver.pass(Duration.ofSeconds(8), B);
        assertThat(driver.facts).contains(new Fact.TasksReopened(stage, Ranges.of(0)));
        assertThat(driver.view(stage.job()).stages().getFirst().running()).isEqualTo(2);
    }

    @Test
    void aNewLeaderFinishesWhatTheOldOneDidNotRecord() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(1));
        driver.succeed(A, stage, 1, Ranges.of(0));
        driver.facts.removeIf(Fact.JobEnded.class::isInstance);
        driver.failOver();
        HeldOutputs held = new HeldOutputs(stage, Ranges.of(0));
        driver.connect(A, 1, ONE_CPU, List.of(), List.of(held));
        driver.pass(Duration.ofSeconds(4), A);
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void aRetryRightAfterATakeoverRerunsOnlyWhatFailed() {
        driver.connect(A, ONE_CPU);
        StageRef stage = driver.submitStage(stage(2, ONE_CPU, 1, List.of()));
        driver.succeed(A, stage, 1, Ranges.of(0));
        driver.fail(A, stage, 1, new Failure(Failure.Kind.EXIT, 3, ""), Ranges.of(1));
        driver.failOver();
        Decision retried =
                driver.handle(
                        new SchedulerEvent.RetryRequested("r", stage.job(), Optional.empty()));
        assertThat(retried.facts()).contains(new Fact.TasksReopened(stage, Ranges.of(1)));
        HeldOutputs held = new HeldOutputs(stage, Ranges.of(0));
        Decision back = driver.connect(A, 1, ONE_CPU, List.of(), List.of(held));
        assertThat(grants(back)).containsExactly("a: 1 #1");
    }

    @Test
    void replayedFactsGiveTheSameView() {
        driver.connect(A, Resources.cpu(4_000));
        StageRef stage =
                new StageRef(
                        SchedulerDriver.accepted(
                                driver.submit(
                                        driver.job(
                                                FailurePolicy.KEEP_GOING,
                                                stage(3),
                                                stage(2, ONE_CPU, 1, List.of(0))))),
                        0);
        driver.succeed(A, stage, 1, Ranges.between(0, 2));
        driver.fail(A, stage, 1, new Failure(Failure.Kind.EXIT, 3, ""), Ranges.of(2));
        SchedulerView.JobView before = driver.view(stage.job());
        driver.failOver();
        assertThat(driver.view(stage.job())).isEqualTo(before);
        assertThat(driver.scheduler.view().progress(stage, 0).failed()).hasSize(1);
    }
}
