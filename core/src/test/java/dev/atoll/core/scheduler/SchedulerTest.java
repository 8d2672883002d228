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
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.scheduler.SchedulerCommand.Refusal;
import dev.atoll.core.scheduler.SchedulerCommand.Stop;
import dev.atoll.core.scheduler.SchedulerEvent.TaskSelection;
import dev.atoll.core.scheduler.SchedulerView.JobState;
import dev.atoll.core.scheduler.SchedulerView.TaskState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

class SchedulerTest {
    private static final Failure EXIT_1 = new Failure(Failure.Kind.EXIT, 1, "");
    private static final Resources TWO_CPUS = Resources.cpu(2_000);

    private final SchedulerDriver driver = new SchedulerDriver();

    // ---- placing

    @Test
    void grantsWhatFitsAndNoMore() {
        driver.connect(A, TWO_CPUS);
        Decision decision = driver.submit(driver.job(FailurePolicy.KEEP_GOING, stage(5)));
        assertThat(grants(decision)).containsExactly("a: 0-1 #1");
    }

    @Test
    void spreadsAFewTasksOverAllWorkers() {
        driver.connect(A, Resources.cpu(8_000));
        driver.connect(B, Resources.cpu(8_000));
        Decision decision = driver.submit(driver.job(FailurePolicy.KEEP_GOING, stage(2)));
        assertThat(grants(decision)).containsExactly("a: 0 #1", "b: 1 #1");
    }

    @Test
    void introducesAStageBeforeItsFirstGrantOfASession() {
        driver.connect(A, Resources.cpu(1_000));
        Decision decision = driver.submit(driver.job(FailurePolicy.KEEP_GOING, stage(2)));
        List<SchedulerCommand> toWorker =
                decision.commands().stream()
                        .filter(SchedulerCommand.ToWorker.class::isInstance)
                        .toList();
        assertThat(toWorker.getFirst()).isInstanceOf(SchedulerCommand.Introduce.class);
        Decision next = driver.succeed(A, new StageRef(new JobId(1), 0), 1, Ranges.of(0));
        assertThat(all(next.commands(), SchedulerCommand.Introduce.class)).isEmpty();
        assertThat(grants(next)).containsExactly("a: 1 #1");
    }

    @Test
    void memoryGpusAndLabelsLimitToo() {
        TreeMap<String, String> ssd = new TreeMap<>();
        ssd.put("disk", "ssd");
        driver.connect(A, new Resources(8_000, 100, 0, new TreeMap<>()));
        driver.connect(B, new Resources(8_000, 100, 3, ssd));
        Resources need = new Resources(1_000, 40, 1, ssd);
        Decision decision =
                driver.submit(driver.job(FailurePolicy.KEEP_GOING, stage(9, need, 1, List.of())));
        assertThat(grants(decision)).containsExactly("b: 0-1 #1");
    }

    @Test
    void shortTasksGetABacklogAndLongOnesNone() {
        driver.connect(A, Resources.cpu(1_000));
        StageRef stage = driver.submitStage(stage(10_000));
        var quick =
                new SchedulerEvent.StageReport(
                        stage,
                        1,
                        1,
                        Ranges.empty(),
                        Ranges.of(0),
                        Ranges.empty(),
                        List.of(),
                        Ranges.empty(),
                        Duration.ofMillis(1));
        Decision decision = driver.report(A, quick);
        int granted =
                all(decision.commands(), SchedulerCommand.Grant.class).getFirst().tasks().size();
        assertThat(granted).isBetween(50, 1_000);
        var slow =
                new SchedulerEvent.StageReport(
                        stage,
                        1,
                        1,
                        Ranges.empty(),
                        Ranges.between(1, granted),
                        Ranges.empty(),
                        List.of(),
                        Ranges.empty(),
                        Duration.ofHours(1));
        driver.report(A, slow);
        Decision after = driver.succeed(A, stage, 1, Ranges.of(granted));
        assertThat(driver.view(stage.job()).stages().getFirst().running()).isLessThanOrEqualTo(2);
        assertThat(grants(after)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aHigherPriorityComesFirstAndUsersShareEvenly() {
        StageSpec many = stage(100);
        JobId first = accepted(driver.submit(driver.job("ann", 0, FailurePolicy.KEEP_GOING, many)));
        JobId second =
                accepted(driver.submit(driver.job("bob", 0, FailurePolicy.KEEP_GOING, many)));
        driver.connect(A, Resources.cpu(4_000));
        assertThat(driver.view(first).stages().getFirst().running()).isEqualTo(2);
        assertThat(driver.view(second).stages().getFirst().running()).isEqualTo(2);
        JobId urgent =
                accepted(driver.submit(driver.job("ann", 5, FailurePolicy.KEEP_GOING, stage(3))));
        driver.connect(B, Resources.cpu(3_000));
        assertThat(driver.view(urgent).stages().getFirst().running()).isEqualTo(3);
    }

    @Test
    void aBacklogMovesToAWorkerThatIsIdle() {
        driver.connect(A, Resources.cpu(1_000));
        StageRef stage = driver.submitStage(stage(40));
        var quick =
                new SchedulerEvent.StageReport(
                        stage,
                        1,
                        1,
                        Ranges.empty(),
                        Ranges.of(0),
                        Ranges.empty(),
                        List.of(),
                        Ranges.empty(),
                        Duration.ofMillis(1));
        driver.report(A, quick);
        driver.connect(B, Resources.cpu(2_000));
        SchedulerCommand.Revoke revoke = only(driver.tick(), SchedulerCommand.Revoke.class);
        assertThat(revoke.tasks()).hasToString("38-39");
        var released =
                new SchedulerEvent.StageReport(
                        stage,
                        1,
                        1,
                        Ranges.empty(),
                        Ranges.empty(),
                        Ranges.empty(),
                        List.of(),
                        revoke.tasks(),
                        Duration.ZERO);
        assertThat(grants(driver.report(A, released))).contains("b: 38-39 #1");
    }

    // ---- ending

    @Test
    void aJobSucceedsWhenItsLastTaskDoes() {
        driver.connect(A, TWO_CPUS);
        StageRef stage = driver.submitStage(stage(2));
        driver.succeed(A, stage, 1, Ranges.of(1));
        Decision decision = driver.succeed(A, stage, 1, Ranges.of(0));
        assertThat(decision.facts())
                .contains(new Fact.JobEnded(stage.job(), Fact.Outcome.SUCCEEDED, "", driver.now));
        assertThat(only(decision, SchedulerCommand.Acknowledge.class).isRevealing()).isTrue();
    }

    @Test
    void aLaterStageWaitsForItsDependencies() {
        driver.connect(A, TWO_CPUS);
        Decision decision =
                driver.submit(
                        driver.job(
                                FailurePolicy.KEEP_GOING,
                                stage(2),
                                stage(1, Resources.cpu(1_000), 1, List.of(0))));
        StageRef first = new StageRef(accepted(decision), 0);
        StageRef second = new StageRef(first.job(), 1);
        driver.succeed(A, first, 1, Ranges.of(0));
        assertThat(explain(new TaskRef(second, 0))).contains("1 of its 2 tasks");
        Decision last = driver.succeed(A, first, 1, Ranges.of(1));
        assertThat(all(last.commands(), SchedulerCommand.Grant.class).getFirst().stage())
                .isEqualTo(second);
    }

    private String explain(TaskRef task) {
        return String.join(" ", driver.scheduler.view().explain(task, driver.now));
    }

    @Test
    void failuresAreTriedAgainUpToTheLimit() {
        driver.connect(A, Resources.cpu(1_000));
        StageRef stage = driver.submitStage(stage(1, Resources.cpu(1_000), 2, List.of()));
        Decision again = driver.fail(A, stage, 1, EXIT_1, Ranges.of(0));
        assertThat(grants(again)).containsExactly("a: 0 #2");
        driver.fail(A, stage, 2, EXIT_1, Ranges.of(0));
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.FAILED);
        assertThat(driver.view(stage.job()).reason()).contains("task 0").contains("exit code 1");
    }

    @Test
    void keepGoingRunsTheRestAndFailsAtTheEnd() {
        driver.connect(A, TWO_CPUS);
        JobId job =
                accepted(
                        driver.submit(
                                driver.job(
                                        FailurePolicy.KEEP_GOING,
                                        stage(3),
                                        stage(1, Resources.cpu(1_000), 1, List.of(0)))));
        StageRef stage = new StageRef(job, 0);
        driver.fail(A, stage, 1, EXIT_1, Ranges.of(0));
        driver.succeed(A, stage, 1, Ranges.of(1));
        assertThat(driver.view(job).state()).isEqualTo(JobState.RUNNING);
        driver.succeed(A, stage, 1, Ranges.of(2));
        assertThat(driver.view(job).state()).isEqualTo(JobState.FAILED);
        assertThat(driver.view(job).stages().get(1).cancelled()).isEqualTo(1);
    }

    @Test
    void failFastStopsTheRestAtOnce() {
        driver.connect(A, TWO_CPUS);
        JobId job = accepted(driver.submit(driver.job(FailurePolicy.FAIL_FAST, stage(9))));
        StageRef stage = new StageRef(job, 0);
        Decision decision = driver.fail(A, stage, 1, EXIT_1, Ranges.of(0));
        assertThat(only(decision, Stop.class).tasks()).hasToString("1");
        assertThat(grants(decision)).isEmpty();
        driver.fail(A, stage, 1, Failure.of(Failure.Kind.CANCELLED), Ranges.of(1));
        assertThat(driver.view(job).state()).isEqualTo(JobState.FAILED);
        assertThat(driver.view(job).stages().getFirst().cancelled()).isEqualTo(8);
    }

    @Test
    void cancelStopsWhatRunsAndEndsWhenItHasStopped() {
        driver.connect(A, TWO_CPUS);
        StageRef stage = driver.submitStage(stage(9));
        Decision decision =
                driver.handle(
                        new SchedulerEvent.CancelRequested(
                                "c", stage.job(), Optional.empty(), 2, "by hand", driver.now));
        assertThat(only(decision, Stop.class).signal()).isEqualTo(2);
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.STOPPING);
        driver.fail(A, stage, 1, Failure.of(Failure.Kind.CANCELLED), Ranges.between(0, 2));
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.CANCELLED);
        assertThat(driver.view(stage.job()).reason()).isEqualTo("by hand");
    }

    @Test
    void singleTasksAreCancelled() {
        driver.connect(A, Resources.cpu(1_000));
        StageRef stage = driver.submitStage(stage(3));
        Optional<TaskSelection> both =
                Optional.of(new TaskSelection(0, Optional.of(Ranges.between(0, 2))));
        driver.handle(
                new SchedulerEvent.CancelRequested("c", stage.job(), both, 15, "", driver.now));
        driver.fail(A, stage, 1, Failure.of(Failure.Kind.CANCELLED), Ranges.of(0));
        driver.succeed(A, stage, 1, Ranges.of(2));
        assertThat(driver.view(stage.job()).stages().getFirst().failed()).isEqualTo(2);
        assertThat(driver.view(stage.job()).stages().getFirst().succeeded()).isEqualTo(1);
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.FAILED);
    }

    @Test
    void retryRunsWhatFailedAndWasCancelled() {
        driver.connect(A, Resources.cpu(1_000));
        JobId job = accepted(driver.submit(driver.job(FailurePolicy.FAIL_FAST, stage(3))));
        StageRef stage = new StageRef(job, 0);
        driver.succeed(A, stage, 1, Ranges.of(0));
        driver.fail(A, stage, 1, EXIT_1, Ranges.of(1));
        Decision decision =
                driver.handle(new SchedulerEvent.RetryRequested("r", job, Optional.empty()));
        assertThat(only(decision, SchedulerCommand.Completed.class).count()).isEqualTo(2);
        assertThat(grants(decision)).containsExactly("a: 1 #2");
        driver.succeed(A, stage, 2, Ranges.of(1));
        driver.succeed(A, stage, 1, Ranges.of(2));
        assertThat(driver.view(job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    // ---- refusing

    @Test
    void aRepeatedSubmissionGetsTheFirstAnswer() {
        JobSpec spec = driver.job(FailurePolicy.KEEP_GOING, stage(1));
        JobId job = accepted(driver.submit(spec));
        Decision repeat = driver.submit(spec);
        assertThat(accepted(repeat)).isEqualTo(job);
        assertThat(repeat.facts()).isEmpty();
    }

    @Test
    void whatCannotBeDoneIsRefusedAndChangesNothing() {
        Decision unknown =
                driver.handle(
                        new SchedulerEvent.RetryRequested("r", new JobId(7), Optional.empty()));
        assertThat(only(unknown, SchedulerCommand.Refused.class).refusal())
                .isEqualTo(Refusal.JOB_NOT_FOUND);
        StageRef stage = driver.submitStage(stage(1));
        Decision active =
                driver.handle(
                        new SchedulerEvent.RetryRequested("r", stage.job(), Optional.empty()));
        assertThat(only(active, SchedulerCommand.Refused.class).refusal())
                .isEqualTo(Refusal.JOB_ACTIVE);
        Optional<TaskSelection> beyond =
                Optional.of(new TaskSelection(0, Optional.of(Ranges.of(1))));
        Decision noTask =
                driver.handle(
                        new SchedulerEvent.CancelRequested(
                                "c", stage.job(), beyond, 15, "", driver.now));
        assertThat(only(noTask, SchedulerCommand.Refused.class).message())
                .contains("tasks 0 to 0, not 1");
        assertThat(unknown.facts()).isEmpty();
        assertThat(noTask.facts()).isEmpty();
    }

    @Test
    void taskStatesAreListedInOrder() {
        driver.connect(A, Resources.cpu(1_000));
        StageRef stage = driver.submitStage(stage(4));
        driver.fail(A, stage, 1, EXIT_1, Ranges.of(0));
        SchedulerView view = driver.scheduler.view();
        assertThat(view.tasks(stage, Optional.empty(), 0, 10).stream().map(it -> it.state()))
                .containsExactly(
                        TaskState.FAILED, TaskState.RUNNING, TaskState.WAITING, TaskState.WAITING);
        assertThat(view.tasks(stage, Optional.of(TaskState.WAITING), 3, 10)).hasSize(1);
        assertThat(explain(new TaskRef(stage, 2))).contains("1 of 1 workers are full");
    }

    @Test
    void aTaskThatNoWorkerCanRunIsExplained() {
        driver.connect(A, Resources.cpu(1_000));
        StageRef stage = driver.submitStage(stage(1, Resources.cpu(64_000), 1, List.of()));
        assertThat(explain(new TaskRef(stage, 0))).contains("can never run it").contains("64");
    }

    @Test
    void theOldestEndedJobIsForgotten() {
        SchedulerLimits defaults = SchedulerLimits.defaults();
        SchedulerDriver small =
                new SchedulerDriver(
                        new SchedulerLimits(
                                defaults.tick(),
                                defaults.silenceSuspect(),
                                defaults.silenceLost(),
                                defaults.disconnectGrace(),
                                defaults.recoveryGrace(),
                                defaults.backlogTarget(),
                                defaults.grantTasksMax(),
                                defaults.localityWait(),
                                defaults.stragglerMin(),
                                defaults.quarantineMin(),
                                defaults.clusterTroubleMax(),
                                2,
                                5,
                                1,
                                defaults.lostWorkersMax()));
        small.connect(A, Resources.cpu(1_000));
        StageRef first = small.submitStage(stage(1));
        StageRef second = small.submitStage(stage(1));
        Decision third = small.submit(small.job(FailurePolicy.KEEP_GOING, stage(1)));
        assertThat(only(third, SchedulerCommand.Refused.class).refusal())
                .isEqualTo(Refusal.TOO_MANY_JOBS);
        small.succeed(A, first, 1, Ranges.of(0));
        Decision large = small.submit(small.job(FailurePolicy.KEEP_GOING, stage(5)));
        assertThat(only(large, SchedulerCommand.Refused.class).refusal())
                .isEqualTo(Refusal.TOO_MANY_TASKS);
        Decision ended = small.succeed(A, second, 1, Ranges.of(0));
        assertThat(only(ended, SchedulerCommand.Forget.class).job()).isEqualTo(first.job());
        assertThat(small.scheduler.view().job(first.job())).isEmpty();
    }

    @Test
    void theJobWhoseEndIsOldestIsForgottenFirst() {
        SchedulerLimits usual = SchedulerLimits.defaults();
        SchedulerDriver small =
                new SchedulerDriver(
                        new SchedulerLimits(
                                usual.tick(),
                                usual.silenceSuspect(),
                                usual.silenceLost(),
                                usual.disconnectGrace(),
                                usual.recoveryGrace(),
                                usual.backlogTarget(),
                                usual.grantTasksMax(),
                                usual.localityWait(),
                                usual.stragglerMin(),
                                usual.quarantineMin(),
                                usual.clusterTroubleMax(),
                                usual.activeJobsMax(),
                                usual.activeTasksMax(),
                                1,
                                usual.lostWorkersMax()));
        small.connect(A, Resources.cpu(2_000));
        StageRef slow = small.submitStage(stage(1));
        StageRef quick = small.submitStage(stage(1));
        small.succeed(A, quick, 1, Ranges.of(0));
        Decision ended = small.succeed(A, slow, 1, Ranges.of(0));
        assertThat(ended.facts()).contains(new Fact.JobForgotten(quick.job()));
        assertThat(small.view(slow.job()).state()).isEqualTo(JobState.SUCCEEDED);
    }
}
