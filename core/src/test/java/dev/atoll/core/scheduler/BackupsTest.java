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
import dev.atoll.core.model.JobSpec.BackupPolicy;
import dev.atoll.core.model.JobSpec.Durability;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand.Copy;
import dev.atoll.core.scheduler.SchedulerEvent.CopyTrouble;
import dev.atoll.core.scheduler.SchedulerEvent.HeldOutputs;
import dev.atoll.core.scheduler.SchedulerEvent.StageAttempts;
import dev.atoll.core.scheduler.SchedulerEvent.TaskSelection;
import dev.atoll.core.scheduler.SchedulerView.JobState;
import dev.atoll.core.scheduler.SchedulerView.RunningAttempt;
import dev.atoll.core.scheduler.SchedulerView.TaskState;
import dev.atoll.core.scheduler.SchedulerView.TaskView;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Four tasks of a second; the last one, on worker a, does not end. After ten seconds b, which has
 * nothing to do any more, runs it too.
 */
class BackupsTest {
    private static final WorkerId C = new WorkerId("c");
    private static final Resources TWO_CPUS = Resources.cpu(2_000);
    private static final Failure EXIT_1 = new Failure(Failure.Kind.EXIT, 1, "");
    private static final Ranges LAST = Ranges.of(3);

    private final SchedulerDriver driver = new SchedulerDriver();
    private StageRef stage = new StageRef(new JobId(1), 0);
    private Durability durability = Durability.ONE;

    /** Task 3 is the last, on a; nothing was backed up yet. */
    private void almostDone(BackupPolicy policy, int attemptsMax) {
        driver.connect(A, TWO_CPUS);
        driver.connect(B, TWO_CPUS);
        StageSpec spec = stage(4, Resources.cpu(1_000), attemptsMax, List.of());
        stage = new StageRef(accepted(driver.submit(job(policy, spec))), 0);
        for (int i = 0; i < 4; i++) {
            start(holder(i), i, 1);
        }
        WorkerId slow = holder(3);
        assertThat(slow).isEqualTo(B);
        for (int i = 0; i < 3; i++) {
            copyAll(driver.succeed(holder(i), stage, 1, Ranges.of(i)));
        }
    }

    /** Whatever is to be copied is copied, and what is to be copied then. */
    private void copyAll(Decision decision) {
        all(decision.commands(), Copy.class).forEach(order -> copyAll(driver.copied(order)));
    }

    private JobSpec job(BackupPolicy policy, StageSpec... stages) {
        JobSpec usual = driver.job(FailurePolicy.KEEP_GOING, stages);
        return new JobSpec(
                usual.requestId(),
                usual.name(),
                usual.user(),
                usual.priority(),
                usual.stages(),
                usual.failurePolicy(),
                policy,
                durability);
    }

    /** Task 3 runs on b as attempt 1 and on a as attempt 2. */
    private void backedUp(int attemptsMax) {
        almostDone(BackupPolicy.STRAGGLERS, attemptsMax);
        assertThat(grants(pass(Duration.ofSeconds(10)))).containsExactly("a: 3 #2");
    }

    private void start(WorkerId worker, int index, int attempt) {
        driver.report(
                worker,
                new SchedulerEvent.StageReport(
                        stage,
                        1,
                        attempt,
                        Ranges.of(index),
                        Ranges.empty(),
                        Ranges.empty(),
                        List.of(),
                        Ranges.empty(),
                        Duration.ZERO));
    }

    private List<SchedulerCommand> pass(Duration time) {
        return driver.pass(time, A, B);
    }

    private WorkerId holder(int index) {
        return driver.scheduler.view().running(new TaskRef(stage, index)).orElseThrow().worker();
    }

    private TaskView task() {
        return driver.scheduler.view().task(new TaskRef(stage, 3)).orElseThrow();
    }

    private static Optional<RunningAttempt> attempt(WorkerId worker, int attempt) {
        return Optional.of(new RunningAttempt(worker, attempt));
    }

    private Optional<RunningAttempt> running() {
        return driver.scheduler.view().running(new TaskRef(stage, 3));
    }

    private static List<SchedulerCommand.Grant> grantsOfLast(List<SchedulerCommand> commands) {
        return all(commands, SchedulerCommand.Grant.class).stream()
                .filter(it -> it.tasks().contains(LAST.first()))
                .toList();
    }

    private String explained() {
        return String.join(" ", driver.scheduler.view().explain(new TaskRef(stage, 3), driver.now));
    }

    // ---- when

    @Test
    void aTaskThatTakesLongRunsOnASecondWorkerToo() {
        almostDone(BackupPolicy.STRAGGLERS, 1);
        assertThat(grants(pass(Duration.ofSeconds(1)))).isEmpty();
        assertThat(grants(pass(Duration.ofSeconds(2)))).containsExactly("a: 3 #2");
        assertThat(grants(pass(Duration.ofSeconds(60)))).as("one backup is enough").isEmpty();
        assertThat(task().worker()).contains(B);
        assertThat(task().backup()).isEqualTo(attempt(A, 2));
        assertThat(driver.view(stage.job()).stages().getFirst().backups()).isEqualTo(1);
        assertThat(driver.view(stage.job()).stages().getFirst().running()).isEqualTo(1);
        assertThat(explained())
                .contains("given to b as attempt 1")
                .contains("a runs it too, as attempt 2");
        assertThat(driver.scheduler.view().explain(stage.job(), driver.now))
                .anyMatch(it -> it.contains("1 of them run on a second worker"));
    }

    @Test
    void aJobMayForbidIt() {
        almostDone(BackupPolicy.NEVER, 1);
        assertThat(grants(pass(Duration.ofSeconds(60)))).isEmpty();
    }

    @Test
    void whatSomebodyIsAttachedToNeverRunsTwice() {
        StageSpec plain = stage(1);
        StageSpec attached =
                new StageSpec(
                        "attached",
                        1,
                        new TaskTemplate(
                                List.of("cat"),
                                plain.task().environment(),
                                "",
                                plain.task().items(),
                                new TaskTemplate.Input.Attached(),
                                1,
                                Optional.empty(),
                                List.of(),
                                Optional.empty(),
                                Optional.empty()),
                        plain.need(),
                        1,
                        Optional.empty(),
                        List.of());
        JobSpec spec = job(BackupPolicy.STRAGGLERS, attached, plain);
        assertThat(spec.allowsBackups(attached)).isFalse();
        assertThat(spec.allowsBackups(plain)).isTrue();
    }

    @Test
    void tooFewTasksHaveSucceededToTellWhatIsSlow() {
        driver.connect(A, TWO_CPUS);
        driver.connect(B, TWO_CPUS);
        stage = driver.submitStage(stage(4));
        for (int i = 0; i < 4; i++) {
            start(holder(i), i, 1);
        }
        driver.succeed(holder(0), stage, 1, Ranges.of(0));
        driver.succeed(holder(1), stage, 1, Ranges.of(1));
        assertThat(grants(pass(Duration.ofSeconds(60)))).isEmpty();
    }

    @Test
    void aWorkerThatIsLateItselfRunsNoBackups() {
        driver.connect(A, TWO_CPUS);
        driver.connect(B, TWO_CPUS);
        stage = driver.submitStage(stage(8));
        driver.succeed(A, stage, 1, Ranges.between(0, 2));
        driver.succeed(B, stage, 1, Ranges.between(2, 4));
        driver.succeed(A, stage, 1, Ranges.of(4));
        driver.succeed(B, stage, 1, Ranges.of(7));
        start(A, 5, 1);
        start(B, 6, 1);
        assertThat(holder(5)).isEqualTo(A);
        assertThat(holder(6)).isEqualTo(B);
        assertThat(grants(pass(Duration.ofSeconds(60)))).isEmpty();
        driver.connect(C, TWO_CPUS);
        assertThat(grants(driver.pass(Duration.ofMillis(100), A, B, C)))
                .containsExactly("c: 5-6 #2");
    }

    @Test
    void backupsTakeNoRoomThatAnotherTaskWaitsFor() {
        almostDone(BackupPolicy.STRAGGLERS, 1);
        // It needs more than is free, and would wait for ever if backups kept taking what is.
        StageRef large = driver.submitStage(stage(2, TWO_CPUS, 1, List.of()));
        assertThat(driver.view(large.job()).stages().getFirst().waiting()).isEqualTo(1);
        assertThat(grants(pass(Duration.ofSeconds(60)))).isEmpty();
        Decision free = driver.succeed(A, large, 1, Ranges.of(0));
        assertThat(grants(free)).containsExactly("a: 1 #1");
        driver.succeed(A, large, 1, Ranges.of(1));
        assertThat(grants(driver.tick())).containsExactly("a: 3 #2");
    }

    @Test
    void aWorkerOfWhichNothingIsHeardIsLateToo() {
        driver.connect(A, TWO_CPUS);
        driver.connect(B, TWO_CPUS);
        stage = driver.submitStage(stage(4));
        for (int i = 0; i < 3; i++) {
            driver.succeed(holder(i), stage, 1, Ranges.of(i));
        }
        assertThat(grants(pass(Duration.ofSeconds(10)))).containsExactly("a: 3 #2");
    }

    @Test
    void aMasterThatStalledDoesNotTakeItForTheWorkersFault() {
        almostDone(BackupPolicy.STRAGGLERS, 1);
        assertThat(grants(driver.tick(Duration.ofSeconds(60), true))).isEmpty();
    }

    // ---- results on a worker that may be lost

    @Test
    void theJobDoesNotEndWhileAResultIsOnAWorkerThatMayBeLost() {
        backedUp(1);
        driver.disconnect(B);
        Decision won = driver.succeed(A, stage, 2, LAST);
        assertThat(won.facts()).noneMatch(Fact.JobEnded.class::isInstance);
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.RUNNING);
        assertThat(driver.explain(stage.job()))
                .containsExactly(
                        "Every task is done. Results are on b, of which nothing is heard: the job"
                                + " ends when they are back, or made again elsewhere.");
    }

    @Test
    void theJobEndsWhenThatWorkerIsBack() {
        theJobDoesNotEndWhileAResultIsOnAWorkerThatMayBeLost();
        List<HeldOutputs> held = List.of(new HeldOutputs(stage, Ranges.of(2)));
        Decision back = driver.connect(B, 1, TWO_CPUS, List.of(), held);
        assertThat(back.facts()).anyMatch(Fact.JobEnded.class::isInstance);
    }

    @Test
    void theResultIsMadeAgainWhenThatWorkerIsGivenUp() {
        theJobDoesNotEndWhileAResultIsOnAWorkerThatMayBeLost();
        assertThat(grants(driver.pass(Duration.ofMinutes(1), A))).containsExactly("a: 2 #2");
        Decision again = driver.succeed(A, stage, 2, Ranges.of(2));
        assertThat(again.facts()).anyMatch(Fact.JobEnded.class::isInstance);
    }

    @Test
    void whatWroteNothingHoldsNothingBack() {
        driver.connect(A, TWO_CPUS);
        driver.connect(B, TWO_CPUS);
        stage = driver.submitStage(stage(2));
        driver.succeedSilently(B, stage, 1, Ranges.of(1));
        driver.disconnect(B);
        Decision last = driver.succeed(A, stage, 1, Ranges.of(0));
        assertThat(last.facts()).anyMatch(Fact.JobEnded.class::isInstance);
    }

    @Test
    void aCopyElsewhereIsWithinReach() {
        durability = Durability.TWO;
        backedUp(1);
        driver.connect(C, Resources.cpu(0));
        driver.disconnect(B);
        Copy last = only(driver.succeed(A, stage, 2, LAST), Copy.class);
        assertThat(last.worker()).isEqualTo(C);
        // b alone ran task 2, and a has its copy.
        assertThat(driver.copied(last).facts()).anyMatch(Fact.JobEnded.class::isInstance);
    }

    // ---- the first success counts

    @Test
    void theFirstToSucceedWinsAndTheOtherIsStopped() {
        backedUp(1);
        Decision won = driver.succeed(A, stage, 2, LAST);
        assertThat(won.facts())
                .contains(new Fact.TasksSucceeded(stage, A, LAST, Ranges.empty()))
                .anyMatch(Fact.JobEnded.class::isInstance);
        SchedulerCommand.Stop stop = only(won, SchedulerCommand.Stop.class);
        assertThat(stop.worker()).isEqualTo(B);
        assertThat(stop.tasks()).isEqualTo(LAST);
        assertThat(task().attempt()).isEqualTo(2);
        assertThat(task().worker()).contains(A);
    }

    @Test
    void theFirstAttemptMayStillWin() {
        backedUp(1);
        Decision won = driver.succeed(B, stage, 1, LAST);
        assertThat(won.facts()).contains(new Fact.TasksSucceeded(stage, B, LAST, Ranges.empty()));
        assertThat(only(won, SchedulerCommand.Stop.class).worker()).isEqualTo(A);
        assertThat(task().attempt()).isEqualTo(1);
    }

    @Test
    void theOutputOfTheSecondToSucceedIsDropped() {
        backedUp(1);
        driver.succeed(B, stage, 1, LAST);
        Decision late = driver.succeed(A, stage, 2, LAST);
        assertThat(late.facts()).isEmpty();
        SchedulerCommand.Discard discard = only(late, SchedulerCommand.Discard.class);
        assertThat(discard.worker()).isEqualTo(A);
        assertThat(discard.tasks()).isEqualTo(LAST);
    }

    @Test
    void noNumberIsUsedTwiceWhenTheTaskRunsAgain() {
        backedUp(1);
        driver.succeed(B, stage, 1, LAST);
        driver.fail(A, stage, 2, Failure.of(Failure.Kind.CANCELLED), LAST);
        // b comes back without its outputs, and somebody wants them again.
        driver.connect(B, 2, TWO_CPUS, List.of(), List.of());
        Decision retry =
                driver.handle(
                        new SchedulerEvent.RetryRequested(
                                driver.cause(),
                                stage.job(),
                                Optional.of(new TaskSelection(0, Optional.of(LAST)))));
        assertThat(grants(retry)).contains("b: 3 #3");
    }

    // ---- one of them fails

    @Test
    void theBackupGoesOnAloneWhenTheFirstAttemptFails() {
        backedUp(1);
        Decision failed = driver.fail(B, stage, 1, EXIT_1, LAST);
        assertThat(failed.facts()).isEmpty();
        assertThat(grants(failed)).isEmpty();
        assertThat(running()).isEqualTo(attempt(A, 2));
        assertThat(task().backup()).isEmpty();
        driver.succeed(A, stage, 2, LAST);
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void theLastOneToFailFailsTheTask() {
        backedUp(1);
        driver.fail(B, stage, 1, EXIT_1, LAST);
        assertThat(driver.fail(A, stage, 2, EXIT_1, LAST).facts())
                .contains(new Fact.TasksFailed(stage, Optional.of(A), EXIT_1, LAST));
    }

    @Test
    void aBackupThatFailsCannotFailTheTask() {
        backedUp(1);
        assertThat(driver.fail(A, stage, 2, EXIT_1, LAST).facts()).isEmpty();
        assertThat(running()).isEqualTo(attempt(B, 1));
        assertThat(grants(pass(Duration.ofSeconds(60)))).as("no further backup").isEmpty();
        assertThat(driver.fail(B, stage, 1, EXIT_1, LAST).facts())
                .contains(new Fact.TasksFailed(stage, Optional.of(B), EXIT_1, LAST));
    }

    @Test
    void aBackupThatFailsUsesUpATryAndItsNumber() {
        backedUp(3);
        driver.fail(A, stage, 2, EXIT_1, LAST);
        assertThat(grants(driver.fail(B, stage, 1, EXIT_1, LAST)))
                .hasSize(1)
                .first()
                .asString()
                .endsWith(": 3 #3");
        WorkerId third = holder(3);
        assertThat(driver.fail(third, stage, 3, EXIT_1, LAST).facts())
                .as("the third failure of three tries")
                .contains(new Fact.TasksFailed(stage, Optional.of(third), EXIT_1, LAST));
    }

    @Test
    void aTaskWhoseTriesAreUsedUpGetsNoFurtherBackup() {
        backedUp(1);
        driver.fail(B, stage, 1, EXIT_1, LAST);
        start(A, 3, 2);
        assertThat(grants(pass(Duration.ofSeconds(60)))).isEmpty();
    }

    @Test
    void aReportOfAnAttemptThatIsNoMoreChangesNothing() {
        backedUp(9);
        driver.fail(B, stage, 1, EXIT_1, LAST);
        driver.fail(B, stage, 1, EXIT_1, LAST);
        driver.fail(B, stage, 2, EXIT_1, LAST);
        assertThat(running()).isEqualTo(attempt(A, 2));
    }

    // ---- one of them is lost

    @Test
    void theBackupGoesOnAloneWhenTheFirstWorkerIsLost() {
        backedUp(1);
        driver.disconnect(B);
        assertThat(grantsOfLast(driver.pass(Duration.ofSeconds(10), A))).isEmpty();
        assertThat(running()).isEqualTo(attempt(A, 2));
    }

    @Test
    void theFirstAttemptGoesOnAloneWhenTheBackupIsLost() {
        backedUp(1);
        driver.disconnect(A);
        driver.connect(C, TWO_CPUS);
        assertThat(grantsOfLast(driver.pass(Duration.ofSeconds(60), B, C)))
                .as("no further backup")
                .isEmpty();
        assertThat(running()).isEqualTo(attempt(B, 1));
        assertThat(task().backup()).isEmpty();
    }

    @Test
    void aBackupThatNeverArrivedIsNotGrantedAgain() {
        backedUp(1);
        driver.disconnect(A);
        Decision back = driver.connect(A, 1, TWO_CPUS, List.of(), List.of());
        assertThat(grantsOfLast(back.commands())).isEmpty();
        assertThat(task().backup()).isEmpty();
        assertThat(running()).isEqualTo(attempt(B, 1));
    }

    @Test
    void bothGoOnWhenTheirWorkersComeBack() {
        backedUp(1);
        driver.disconnect(A);
        driver.disconnect(B);
        Decision first = driver.connect(A, 1, TWO_CPUS, claim(2), List.of());
        Decision second = driver.connect(B, 1, TWO_CPUS, claim(1), List.of());
        assertThat(all(first.commands(), SchedulerCommand.Stop.class)).isEmpty();
        assertThat(all(second.commands(), SchedulerCommand.Stop.class)).isEmpty();
        assertThat(running()).isEqualTo(attempt(B, 1));
        assertThat(task().backup()).isEqualTo(attempt(A, 2));
    }

    private List<StageAttempts> claim(int attempt) {
        return List.of(new StageAttempts(stage, 1, attempt, LAST, 0));
    }

    @Test
    void aGrantThatWasGivenBackIsGrantedUnderANewNumberOnly() {
        backedUp(1);
        driver.report(
                B,
                new SchedulerEvent.StageReport(
                        stage,
                        1,
                        1,
                        Ranges.empty(),
                        Ranges.empty(),
                        Ranges.empty(),
                        List.of(),
                        LAST,
                        Duration.ZERO));
        assertThat(running()).isEqualTo(attempt(A, 2));
        assertThat(task().backup()).isEmpty();
    }

    // ---- a new leader

    @Test
    void aNewLeaderAdoptsBothWhicheverComesFirst() {
        backedUp(1);
        driver.failOver();
        driver.connect(B, 1, TWO_CPUS, claim(1), List.of());
        Decision second = driver.connect(A, 1, TWO_CPUS, claim(2), List.of());
        assertThat(all(second.commands(), SchedulerCommand.Stop.class)).isEmpty();
        assertThat(running()).isEqualTo(attempt(B, 1));
        assertThat(task().backup()).isEqualTo(attempt(A, 2));

        driver.failOver();
        driver.connect(A, 1, TWO_CPUS, claim(2), List.of());
        assertThat(running()).isEqualTo(attempt(A, 2));
        second = driver.connect(B, 1, TWO_CPUS, claim(1), List.of());
        assertThat(all(second.commands(), SchedulerCommand.Stop.class)).isEmpty();
        assertThat(running()).isEqualTo(attempt(B, 1));
        assertThat(task().backup()).isEqualTo(attempt(A, 2));
        driver.succeed(A, stage, 2, LAST);
        assertThat(task().attempt()).isEqualTo(2);
    }

    @Test
    void aNewLeaderStopsTheSecondWhereBackupsAreForbidden() {
        almostDone(BackupPolicy.NEVER, 1);
        driver.failOver();
        driver.connect(B, 1, TWO_CPUS, claim(1), List.of());
        Decision second = driver.connect(A, 1, TWO_CPUS, claim(2), List.of());
        assertThat(only(second, SchedulerCommand.Stop.class).worker()).isEqualTo(A);
        assertThat(task().backup()).isEmpty();
    }

    @Test
    void anOlderAttemptThatComesBackLaterIsStopped() {
        backedUp(1);
        driver.disconnect(B);
        driver.pass(Duration.ofSeconds(10), A);
        assertThat(running()).isEqualTo(attempt(A, 2));
        Decision back = driver.connect(B, 1, TWO_CPUS, claim(1), List.of());
        assertThat(only(back, SchedulerCommand.Stop.class).worker()).isEqualTo(B);
        assertThat(task().backup()).isEmpty();
    }

    // ---- somebody stops them

    @Test
    void cancellingAJobStopsBoth() {
        backedUp(1);
        Decision cancelled = driver.handle(cancel(Optional.empty()));
        assertThat(all(cancelled.commands(), SchedulerCommand.Stop.class))
                .extracting(SchedulerCommand.Stop::worker)
                .containsExactlyInAnyOrder(A, B);
        driver.fail(B, stage, 1, Failure.of(Failure.Kind.CANCELLED), LAST);
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void cancellingATaskStopsBoth() {
        backedUp(9);
        Decision cancelled =
                driver.handle(cancel(Optional.of(new TaskSelection(0, Optional.of(LAST)))));
        assertThat(all(cancelled.commands(), SchedulerCommand.Stop.class))
                .extracting(SchedulerCommand.Stop::worker)
                .containsExactlyInAnyOrder(A, B);
        assertThat(grants(pass(Duration.ofSeconds(2)))).isEmpty();
        driver.fail(A, stage, 2, Failure.of(Failure.Kind.CANCELLED), LAST);
        driver.fail(B, stage, 1, Failure.of(Failure.Kind.CANCELLED), LAST);
        assertThat(task().state()).isEqualTo(TaskState.FAILED);
    }

    private SchedulerEvent.CancelRequested cancel(Optional<TaskSelection> tasks) {
        return new SchedulerEvent.CancelRequested(
                driver.cause(), stage.job(), tasks, 15, "", driver.now);
    }

    @Test
    void aTaskThatMayHaveTakenItsWorkerDownGetsNoBackup() {
        driver.connect(A, TWO_CPUS);
        driver.connect(B, TWO_CPUS);
        stage = driver.submitStage(stage(4));
        start(B, 3, 1);
        driver.connect(B, 2, TWO_CPUS, List.of(), List.of());
        for (int i = 0; i < 3; i++) {
            RunningAttempt now =
                    driver.scheduler.view().running(new TaskRef(stage, i)).orElseThrow();
            driver.succeed(now.worker(), stage, now.attempt(), Ranges.of(i));
        }
        assertThat(grants(pass(Duration.ofSeconds(60)))).isEmpty();
    }

    @Test
    void drainedWorkersRunNoBackups() {
        almostDone(BackupPolicy.STRAGGLERS, 1);
        driver.handle(new SchedulerEvent.DrainRequested(driver.cause(), A, false));
        assertThat(grants(pass(Duration.ofSeconds(60)))).isEmpty();
        driver.handle(new SchedulerEvent.DrainRequested(driver.cause(), A, true));
        assertThat(grants(pass(Duration.ofSeconds(1)))).containsExactly("a: 3 #2");
    }

    // ---- second copies

    @Test
    void theCopyIsOfTheAttemptThatWon() {
        durability = Durability.TWO;
        backedUp(1);
        Decision won = driver.succeed(A, stage, 2, LAST);
        Copy order = only(won, Copy.class);
        assertThat(order.worker()).isEqualTo(B);
        assertThat(order.source().worker()).isEqualTo(A);
        // What b still runs is not what it is to copy: it stops that first.
        assertThat(won.commands().indexOf(only(won, SchedulerCommand.Stop.class)))
                .isLessThan(won.commands().indexOf(order));
        Decision late = driver.succeed(B, stage, 1, LAST);
        assertThat(late.facts()).isEmpty();
        assertThat(only(late, SchedulerCommand.Discard.class).worker()).isEqualTo(B);
        CopyTrouble busy = new CopyTrouble(LAST, false, "the worker is at these tasks itself");
        driver.copied(order, Ranges.empty(), Optional.of(busy));
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.RUNNING);
        Copy again = all(pass(Duration.ofSeconds(1)), Copy.class).getLast();
        assertThat(again.source().worker()).isEqualTo(A);
        Decision copied = driver.copied(again);
        assertThat(copied.facts()).contains(new Fact.OutputsCopied(stage, B, LAST));
        assertThat(driver.view(stage.job()).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void whatTheOtherWroteIsNoCopyOfTheWinner() {
        durability = Durability.TWO;
        backedUp(1);
        driver.succeed(A, stage, 2, LAST);
        // b comes back with an output of its own attempt, of which the master has not heard yet.
        List<StageAttempts> own = List.of(new StageAttempts(stage, 1, 1, LAST, 9));
        List<HeldOutputs> held = List.of(new HeldOutputs(stage, Ranges.between(0, 4)));
        driver.connect(B, 1, TWO_CPUS, own, held);
        assertThat(driver.scheduler.view().places(stage, 0).holders())
                .filteredOn(holder -> holder.worker().equals(B))
                .noneMatch(holder -> holder.tasks().contains(LAST.first()));
    }
}
