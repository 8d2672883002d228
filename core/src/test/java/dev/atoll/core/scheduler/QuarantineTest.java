package dev.atoll.core.scheduler;

import static dev.atoll.core.scheduler.SchedulerDriver.A;
import static dev.atoll.core.scheduler.SchedulerDriver.B;
import static dev.atoll.core.scheduler.SchedulerDriver.all;
import static dev.atoll.core.scheduler.SchedulerDriver.grants;
import static dev.atoll.core.scheduler.SchedulerDriver.only;
import static dev.atoll.core.scheduler.SchedulerDriver.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerView.RunningAttempt;
import dev.atoll.core.scheduler.SchedulerView.WorkerState;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** On a everything fails at once; on b it does not. Both run one task at a time. */
class QuarantineTest {
    private static final Resources ONE_CPU = Resources.cpu(1_000);
    private static final Failure EXIT_1 = new Failure(Failure.Kind.EXIT, 1, "");
    private static final Failure DISK_FULL =
            new Failure(Failure.Kind.WORKER_TROUBLE, 0, "the disk is full");

    private final SchedulerDriver driver = new SchedulerDriver();

    private StageRef submit(int tasks, int attemptsMax) {
        return driver.submitStage(stage(tasks, ONE_CPU, attemptsMax, List.of()));
    }

    private WorkerView worker(WorkerId id) {
        return driver.scheduler.view().worker(id, driver.now).orElseThrow();
    }

    /** What a worker runs of a stage, with the attempt. */
    private TreeMap<Integer, Integer> runs(WorkerId worker, StageRef stage) {
        TreeMap<Integer, Integer> runs = new TreeMap<>();
        int count = driver.view(stage.job()).stages().getFirst().taskCount();
        for (int i = 0; i < count; i++) {
            Optional<RunningAttempt> attempt =
                    driver.scheduler.view().running(new TaskRef(stage, i));
            int index = i;
            attempt.filter(it -> it.worker().equals(worker))
                    .ifPresent(it -> runs.put(index, it.attempt()));
        }
        return runs;
    }

    private void passABit() {
        WorkerId[] present =
                Stream.of(A, B)
                        .filter(id -> driver.scheduler.view().worker(id, driver.now).isPresent())
                        .toArray(WorkerId[]::new);
        driver.pass(Duration.ofMillis(100), present);
    }

    private void failAll(WorkerId worker, StageRef stage, Failure failure) {
        passABit();
        runs(worker, stage)
                .forEach((index, attempt) ->
                        driver.fail(worker, stage, attempt, failure, Ranges.of(index)));
    }

    private void succeedAll(WorkerId worker, StageRef stage) {
        passABit();
        runs(worker, stage)
                .forEach((index, attempt) ->
                        driver.succeed(worker, stage, attempt, Ranges.of(index)));
    }

    /** a fails five tasks while b succeeds with one. */
    private StageRef blackHole(int attemptsMax) {
        driver.connect(A, ONE_CPU);
        driver.connect(B, ONE_CPU);
        StageRef stage = submit(100, attemptsMax);
        for (int i = 0; i < 5; i++) {
            assertThat(worker(A).state()).isEqualTo(WorkerState.READY);
            failAll(A, stage, EXIT_1);
        }
        // Nobody knows yet whether the tasks are to blame.
        assertThat(worker(A).state()).isEqualTo(WorkerState.READY);
        succeedAll(B, stage);
        for (int i = 0; i < 6 && worker(A).state() == WorkerState.READY; i++) {
            succeedAll(B, stage);
            driver.tick();
        }
        return stage;
    }

    // ---- how it begins

    @Test
    void aWorkerOnWhichEverythingFailsGetsNoMoreTasks() {
        StageRef stage = blackHole(3);
        assertThat(worker(A).state()).isEqualTo(WorkerState.QUARANTINED);
        assertThat(worker(A).reason()).contains("attempts failed").contains("exit code 1");
        failAll(A, stage, EXIT_1);
        assertThat(runs(A, stage)).isEmpty();
        assertThat(driver.scheduler.view().cluster().readyWorkers()).isEqualTo(1);
        List<String> why = driver.scheduler.view().explain(stage.job(), driver.now);
        assertThat(why).anyMatch(it -> it.contains("a is in quarantine: its last"));
    }

    @Test
    void aTaskThatFailedIsTriedElsewhere() {
        driver.connect(A, ONE_CPU);
        driver.connect(B, ONE_CPU);
        StageRef stage = submit(3, 3);
        assertThat(runs(A, stage)).containsOnlyKeys(0);
        Decision failed = driver.fail(A, stage, 1, EXIT_1, Ranges.of(0));
        assertThat(grants(failed)).containsExactly("a: 2 #1");
        assertThat(grants(driver.succeed(A, stage, 1, Ranges.of(2)))).isEmpty();
        assertThat(driver.scheduler.view().explain(new TaskRef(stage, 0), driver.now))
                .anyMatch(it -> it.contains("those tasks have failed there"));
        assertThat(grants(driver.succeed(B, stage, 1, Ranges.of(1)))).containsExactly("b: 0 #2");
    }

    @Test
    void aTaskThatFailedDoesNotWaitLongForAnotherWorkerThatIsBusy() {
        driver.connect(A, ONE_CPU);
        driver.connect(B, ONE_CPU);
        StageRef stage = submit(2, 3);
        assertThat(grants(driver.fail(A, stage, 1, EXIT_1, Ranges.of(0)))).isEmpty();
        assertThat(grantsTo(A, driver.pass(Duration.ofSeconds(9), A, B))).isEmpty();
        assertThat(grantsTo(A, driver.pass(Duration.ofSeconds(2), A, B))).hasSize(1);
        assertThat(runs(A, stage)).containsEntry(0, 2);
    }

    @Test
    void aTaskThatFailedEverywhereIsTriedAnywhere() {
        driver.connect(A, ONE_CPU);
        driver.connect(B, ONE_CPU);
        StageRef stage = submit(1, 9);
        WorkerId first = runs(A, stage).isEmpty() ? B : A;
        WorkerId second = first.equals(A) ? B : A;
        driver.fail(first, stage, 1, EXIT_1, Ranges.of(0));
        assertThat(runs(second, stage)).containsEntry(0, 2);
        driver.fail(second, stage, 2, EXIT_1, Ranges.of(0));
        assertThat(driver.scheduler.view().running(new TaskRef(stage, 0))).isPresent();
    }

    @Test
    void aJobThatFailsEverywhereQuarantinesNobody() {
        driver.connect(A, ONE_CPU);
        driver.connect(B, ONE_CPU);
        StageRef stage = submit(40, 2);
        for (int i = 0; i < 60; i++) {
            failAll(A, stage, EXIT_1);
            failAll(B, stage, EXIT_1);
            assertThat(worker(A).state()).isEqualTo(WorkerState.READY);
            assertThat(worker(B).state()).isEqualTo(WorkerState.READY);
        }
        assertThat(driver.view(stage.job()).stages().getFirst().failed()).isEqualTo(40);
    }

    @Test
    void tasksThatFailElsewhereTooSayNothingOfAWorker() {
        driver.connect(A, ONE_CPU);
        driver.connect(B, ONE_CPU);
        StageRef good = submit(10, 1);
        StageRef bad = submit(8, 2);
        for (int i = 0; i < 20; i++) {
            succeedAll(B, good);
            failAll(A, bad, EXIT_1);
            failAll(B, bad, EXIT_1);
            succeedAll(A, good);
        }
        assertThat(worker(A).state()).isEqualTo(WorkerState.READY);
        assertThat(worker(B).state()).isEqualTo(WorkerState.READY);
    }

    @Test
    void troubleOfItsOwnNeedsNoComparison() {
        driver.connect(A, ONE_CPU);
        driver.connect(B, ONE_CPU);
        StageRef stage = submit(100, 1);
        for (int i = 0; i < 3; i++) {
            driver.pass(Duration.ofMillis(1_100), A, B);
            failAll(A, stage, DISK_FULL);
        }
        assertThat(worker(A).state()).isEqualTo(WorkerState.QUARANTINED);
        assertThat(worker(A).reason()).contains("the disk is full");
        assertThat(worker(B).state()).isEqualTo(WorkerState.READY);
    }

    @Test
    void theLastWorkerIsNeverQuarantined() {
        driver.connect(A, ONE_CPU);
        StageRef stage = submit(100, 1);
        for (int i = 0; i < 9; i++) {
            driver.pass(Duration.ofMillis(1_100), A);
            failAll(A, stage, DISK_FULL);
        }
        assertThat(worker(A).state()).isEqualTo(WorkerState.READY);
    }

    // ---- how it is while it lasts

    @Test
    void whatFailsThereNoLongerCountsAgainstItsTask() {
        driver.connect(A, Resources.cpu(2_000));
        driver.connect(B, ONE_CPU);
        StageRef stage = submit(100, 1);
        int spared = runs(A, stage).lastKey();
        for (int i = 0; i < 5; i++) {
            driver.tick();
            int index =
                    runs(A, stage).headMap(spared).isEmpty()
                            ? runs(A, stage).tailMap(spared, false).firstKey()
                            : runs(A, stage).firstKey();
            driver.fail(A, stage, 1, EXIT_1, Ranges.of(index));
            succeedAll(B, stage);
        }
        assertThat(worker(A).state()).isEqualTo(WorkerState.QUARANTINED);
        int failedBefore = driver.view(stage.job()).stages().getFirst().failed();
        Decision late = driver.fail(A, stage, 1, EXIT_1, Ranges.of(spared));
        assertThat(late.facts()).isEmpty();
        assertThat(driver.view(stage.job()).stages().getFirst().failed()).isEqualTo(failedBefore);
    }

    @Test
    void aTaskThatOnlyItCanRunGoesThereAllTheSame() {
        StageRef stage = blackHole(3);
        failAll(A, stage, EXIT_1);
        driver.connect(new WorkerId("c"), Resources.cpu(100));
        driver.handle(new SchedulerEvent.DrainRequested(driver.cause(), B, false));
        driver.tick();
        assertThat(worker(A).state()).isEqualTo(WorkerState.QUARANTINED);
        assertThat(runs(A, stage)).hasSize(1);
    }

    // ---- how it ends

    @Test
    void aSingleTaskIsTriedAndASuccessEndsIt() {
        StageRef stage = blackHole(3);
        failAll(A, stage, EXIT_1);
        assertThat(grantsTo(A, driver.pass(Duration.ofSeconds(5), A, B))).isEmpty();
        assertThat(grantsTo(A, driver.pass(Duration.ofSeconds(6), A, B))).hasSize(1);
        assertThat(worker(A).reason()).contains("one task is being tried");
        succeedAll(A, stage);
        assertThat(worker(A).state()).isEqualTo(WorkerState.READY);
        assertThat(runs(A, stage)).hasSize(1);
    }

    @Test
    void eachFailureOfThatTaskMakesItLonger() {
        StageRef stage = blackHole(3);
        failAll(A, stage, EXIT_1);
        driver.pass(Duration.ofSeconds(11), A, B);
        failAll(A, stage, EXIT_1);
        assertThat(worker(A).state()).isEqualTo(WorkerState.QUARANTINED);
        assertThat(grantsTo(A, driver.pass(Duration.ofSeconds(19), A, B))).isEmpty();
        assertThat(grantsTo(A, driver.pass(Duration.ofSeconds(2), A, B))).hasSize(1);
    }

    @Test
    void anOperatorCanEndIt() {
        StageRef stage = blackHole(3);
        failAll(A, stage, EXIT_1);
        driver.handle(new SchedulerEvent.DrainRequested(driver.cause(), A, true));
        assertThat(worker(A).state()).isEqualTo(WorkerState.READY);
        assertThat(runs(A, stage)).hasSize(1);
    }

    @Test
    void aWorkerThatIsStartedAnewIsTrusted() {
        blackHole(3);
        driver.connect(A, 2, ONE_CPU, List.of(), List.of());
        assertThat(worker(A).state()).isEqualTo(WorkerState.READY);
    }

    // ---- second copies

    @Test
    void itHoldsACopyOnlyWhereNobodyElseCan() {
        StageRef first = blackHole(3);
        assertThat(lastCopy(first).worker()).isEqualTo(A);
        driver.connect(SchedulerDriver.C, Resources.cpu(0));
        assertThat(lastCopy(first).worker()).isEqualTo(SchedulerDriver.C);
    }

    /** Runs a job on b, which has others to run too, and returns the order to copy its result. */
    private SchedulerCommand.Copy lastCopy(StageRef others) {
        StageRef stage = driver.submitTwice(stage(1, ONE_CPU, 1, List.of()));
        while (runs(B, stage).isEmpty()) {
            succeedAll(B, others);
        }
        Decision done = driver.succeed(B, stage, 1, Ranges.of(0));
        return only(done, SchedulerCommand.Copy.class);
    }

    private static List<SchedulerCommand.Grant> grantsTo(
            WorkerId worker, List<SchedulerCommand> commands) {
        return all(commands, SchedulerCommand.Grant.class).stream()
                .filter(it -> it.worker().equals(worker))
                .toList();
    }
}
