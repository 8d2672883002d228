package dev.atoll.core.scheduler;

import static dev.atoll.core.scheduler.SchedulerDriver.A;
import static dev.atoll.core.scheduler.SchedulerDriver.B;
import static dev.atoll.core.scheduler.SchedulerDriver.C;
import static dev.atoll.core.scheduler.SchedulerDriver.grants;
import static dev.atoll.core.scheduler.SchedulerDriver.only;
import static dev.atoll.core.scheduler.SchedulerDriver.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand.LocateInputs;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Tasks go to where their inputs are, if that does not take long. */
class LocalityTest {
    private static final Duration WAIT = SchedulerLimits.defaults().localityWait();

    private final SchedulerDriver driver = new SchedulerDriver();
    private final TreeMap<WorkerId, Ranges> places = new TreeMap<>();

    @Test
    void tasksGoToTheWorkersThatHaveTheirInputs() {
        connect(2_000, A, B);

        Decision asking = driver.submit(driver.job(FailurePolicy.KEEP_GOING, blocks(4, 1_000)));
        assertThat(grants(asking)).isEmpty();
        StageRef stage = only(asking, LocateInputs.class).stage();
        assertThat(driver.explain(stage.job()))
                .containsExactly(
                        "In stage, 4 tasks wait: it is being asked which workers have their"
                                + " input.");

        places.put(A, ranges(1, 3));
        places.put(B, ranges(0, 2));
        assertThat(grants(located(stage))).containsExactly("a: 1,3 #1", "b: 0,2 #1");
    }

    @Test
    void aWorkerWithoutInputsLeavesThemToOthersForAMoment() {
        connect(2_000, A, B);
        StageRef stage = submit(5);
        places.put(A, Ranges.between(0, 5));

        assertThat(grants(located(stage))).containsExactly("a: 0-1 #1");
        assertThat(driver.explain(stage.job()))
                .contains(
                        "In stage, 3 tasks wait: 1 of 2 workers are full; 1 have room and leave"
                                + " them for up to 500 ms to those that have their input.");
        assertThat(grants(driver.pass(WAIT.minusMillis(100), A, B))).isEmpty();
        assertThat(grants(driver.pass(Duration.ofMillis(100), A, B))).containsExactly("b: 2-3 #1");

        // It has waited; it does not wait again for the next.
        assertThat(grants(driver.succeed(B, stage, 1, Ranges.of(2)))).containsExactly("b: 4 #1");
    }

    @Test
    void whoeverHasTheInputGetsItWhenItHasRoomInTime() {
        connect(1_000, A, B);
        StageRef stage = submit(2);
        places.put(A, Ranges.between(0, 2));
        assertThat(grants(located(stage))).containsExactly("a: 0 #1");

        assertThat(grants(driver.pass(WAIT.minusMillis(100), A, B))).isEmpty();
        assertThat(grants(driver.succeed(A, stage, 1, Ranges.of(0)))).containsExactly("a: 1 #1");
    }

    @Test
    void whatIsNowhereGoesAnywhereAtOnce() {
        connect(1_000, A, B);
        StageRef stage = submit(3);
        places.put(A, Ranges.of(1));

        assertThat(grants(located(stage))).containsExactly("a: 1 #1", "b: 0 #1");
    }

    @Test
    void nobodyWaitsForAWorkerThatDrainsOrIsTooSmallOrIsGone() {
        connect(2_000, A);
        connect(500, B);
        connect(1_000, C);
        driver.handle(new SchedulerEvent.DrainRequested(driver.cause(), C, false));
        StageRef stage = submit(5);
        places.put(A, Ranges.of(4));
        places.put(B, Ranges.of(0));
        places.put(C, Ranges.of(1));
        places.put(new WorkerId("gone"), Ranges.of(2));

        assertThat(grants(located(stage))).containsExactly("a: 0,4 #1");
        assertThat(grants(driver.succeed(A, stage, 1, Ranges.of(4)))).containsExactly("a: 1 #1");
    }

    @Test
    void nobodyWaitsForAWorkerThatIsGivenUp() {
        connect(1_000, A, B, C);
        StageRef stage = submit(4);
        places.put(A, ranges(0, 2));
        places.put(B, ranges(1, 3));
        assertThat(grants(located(stage))).containsExactly("a: 0 #1", "b: 1 #1");

        assertThat(grants(driver.disconnect(B))).containsExactly("c: 3 #1");
    }

    @Test
    void anAnswerIsNotWaitedForLong_andCountsForTheRest() {
        connect(1_000, A, B);
        StageRef stage = submit(4);

        assertThat(grants(driver.pass(WAIT.minusMillis(100), A, B))).isEmpty();
        assertThat(grants(driver.pass(Duration.ofMillis(100), A, B)))
                .containsExactly("a: 0 #1", "b: 1 #1");
        places.put(A, Ranges.of(3));
        assertThat(grants(located(stage))).isEmpty();
        assertThat(grants(driver.succeed(A, stage, 1, Ranges.of(0)))).containsExactly("a: 3 #1");
    }

    @Test
    void aTaskThatFailedWhereItsInputIsGoesElsewhereAtOnce() {
        connect(1_000, A, B);
        StageRef stage = submit(2);
        places.put(A, Ranges.between(0, 2));
        assertThat(grants(located(stage))).containsExactly("a: 0 #1");

        Failure exit = new Failure(Failure.Kind.EXIT, 1, "");
        assertThat(grants(driver.fail(A, stage, 1, exit, Ranges.of(0))))
                .containsExactly("a: 1 #1", "b: 0 #2");
    }

    @Test
    void roomThatIsLeftToOthersIsUsedByOtherJobs() {
        connect(1_000, A, B);
        StageRef stage = submit(3);
        places.put(A, Ranges.between(0, 3));
        assertThat(grants(located(stage))).containsExactly("a: 0 #1");

        assertThat(grants(driver.submit(driver.job(FailurePolicy.KEEP_GOING, stage(2)))))
                .containsExactly("b: 0 #1");
    }

    @Test
    void aNewLeaderAsksAnew() {
        connect(1_000, A, B);
        StageRef stage = submit(3);
        places.put(A, Ranges.of(2));
        assertThat(grants(located(stage))).containsExactly("a: 2 #1", "b: 0 #1");

        driver.failOver();
        connect(1_000, A);

        // What they ran is not among what they say they have.
        assertThat(only(driver.connect(B, Resources.cpu(1_000)), LocateInputs.class).stage())
                .isEqualTo(stage);
        places.put(B, Ranges.of(1));
        assertThat(grants(located(stage))).containsExactly("a: 2 #1", "b: 1 #1");
    }

    @Test
    void aRetryAsksAnew() {
        connect(2_000, A, B);
        StageRef stage = submit(1);
        places.put(A, Ranges.of(0));
        located(stage);
        Failure exit = new Failure(Failure.Kind.EXIT, 1, "");
        for (int attempt = 1; attempt <= 3; attempt++) {
            driver.fail(attempt == 2 ? B : A, stage, attempt, exit, Ranges.of(0));
        }

        Decision retried =
                driver.handle(
                        new SchedulerEvent.RetryRequested(
                                driver.cause(), stage.job(), Optional.empty()));

        assertThat(only(retried, LocateInputs.class).stage()).isEqualTo(stage);
        places.clear();
        places.put(B, Ranges.of(0));
        assertThat(grants(located(stage))).containsExactly("b: 0 #4");
    }

    @Test
    void nobodyIsAskedWhereThereIsNoChoiceOrNoBlob() {
        connect(2_000, A);
        Decision alone = driver.submit(driver.job(FailurePolicy.KEEP_GOING, blocks(1, 1_000)));
        assertThat(grants(alone)).containsExactly("a: 0 #1");

        connect(2_000, B);
        Decision plain = driver.submit(driver.job(FailurePolicy.KEEP_GOING, stage(1)));
        assertThat(grants(plain)).containsExactly("b: 0 #1");
    }

    @Test
    void tasksWithInputsEverywhereAreSpreadEvenly() {
        connect(4_000, A, B, C);
        StageRef stage = submit(12);
        places.put(A, Ranges.between(0, 8));
        places.put(B, Ranges.between(4, 12));
        places.put(C, Ranges.of(List.of(new Ranges.Range(0, 4), new Ranges.Range(8, 12))));

        assertThat(grants(located(stage))).containsExactly("a: 0-3 #1", "b: 4-7 #1", "c: 8-11 #1");
    }

    private void connect(int cpuMillis, WorkerId... workers) {
        for (WorkerId worker : workers) {
            driver.connect(worker, Resources.cpu(cpuMillis));
        }
    }

    /** Submits a job over blocks, of which somebody is asked where they are. */
    private StageRef submit(int taskCount) {
        Decision asking =
                driver.submit(driver.job(FailurePolicy.KEEP_GOING, blocks(taskCount, 1_000)));
        assertThat(grants(asking)).isEmpty();
        return only(asking, LocateInputs.class).stage();
    }

    private Decision located(StageRef stage) {
        return driver.handle(new SchedulerEvent.InputsLocated(driver.cause(), stage, places));
    }

    private static StageSpec blocks(int taskCount, int cpuMillis) {
        TaskTemplate.Items.Table table =
                new TaskTemplate.Items.Table(
                        8_192, List.of(new BlobRef("0".repeat(BlobRef.DIGITS), 1)));
        return new StageSpec(
                "stage",
                taskCount,
                new TaskTemplate(
                        List.of("true"),
                        Collections.emptySortedMap(),
                        "",
                        table,
                        new TaskTemplate.Input.ItemBlob(),
                        TaskTemplate.OUTPUT_LIMIT_BYTES_DEFAULT,
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty()),
                Resources.cpu(cpuMillis),
                3,
                Optional.empty(),
                List.of());
    }

    private static Ranges ranges(int... tasks) {
        List<Ranges.Range> ranges =
                Arrays.stream(tasks).mapToObj(task -> new Ranges.Range(task, task + 1)).toList();
        return Ranges.of(ranges);
    }
}
