package dev.atoll.core.scheduler;

import static dev.atoll.core.scheduler.SchedulerDriver.A;
import static dev.atoll.core.scheduler.SchedulerDriver.B;
import static dev.atoll.core.scheduler.SchedulerDriver.C;
import static dev.atoll.core.scheduler.SchedulerDriver.all;
import static dev.atoll.core.scheduler.SchedulerDriver.only;
import static dev.atoll.core.scheduler.SchedulerDriver.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.CopySource;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand.Copy;
import dev.atoll.core.scheduler.SchedulerEvent.CopyTrouble;
import dev.atoll.core.scheduler.SchedulerEvent.HeldOutputs;
import dev.atoll.core.scheduler.SchedulerView.Holder;
import dev.atoll.core.scheduler.SchedulerView.JobState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The second copies of results. */
class CopiesTest {
    private static final Resources CPUS = Resources.cpu(4_000);
    private static final Resources NONE = Resources.cpu(0);

    private final SchedulerDriver driver = new SchedulerDriver();

    /** A runs everything; B could hold copies. */
    private StageRef submit(int tasks) {
        driver.connect(A, CPUS);
        driver.connect(B, NONE);
        return driver.submitTwice(stage(tasks));
    }

    private JobState state(StageRef stage) {
        return driver.view(stage.job()).state();
    }

    @Test
    void aJobEndsOnceItsResultsHaveTheirSecondCopy() {
        StageRef stage = submit(1);
        Copy order = only(driver.succeed(A, stage, 1, Ranges.of(0)), Copy.class);
        assertThat(order.worker()).isEqualTo(B);
        assertThat(order.source()).isEqualTo(new CopySource(A, "a:1"));
        assertThat(order.tasks()).isEqualTo(Ranges.of(0));
        assertThat(state(stage)).isEqualTo(JobState.RUNNING);
        assertThat(driver.scheduler.view().explain(stage.job(), driver.now))
                .anyMatch(sentence -> sentence.contains("wait for their second copy"));
        Decision after = driver.copied(order);
        assertThat(after.facts()).contains(new Fact.OutputsCopied(stage, B, Ranges.of(0)));
        assertThat(state(stage)).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void whatGathersDuringACopyGoesWithTheNext() {
        StageRef stage = submit(4);
        Copy first = only(driver.succeed(A, stage, 1, Ranges.of(0)), Copy.class);
        for (int task = 1; task < 4; task++) {
            Decision later = driver.succeed(A, stage, 1, Ranges.of(task));
            assertThat(all(later.commands(), Copy.class)).isEmpty();
        }
        Copy second = only(driver.copied(first), Copy.class);
        assertThat(second.tasks()).isEqualTo(Ranges.between(1, 4));
    }

    @Test
    void noCopyIsMadeOfWhatIsSilentOrNotWanted() {
        StageRef silent = submit(1);
        Decision decision = driver.succeedSilently(A, silent, 1, Ranges.of(0));
        assertThat(all(decision.commands(), Copy.class)).isEmpty();
        assertThat(state(silent)).isEqualTo(JobState.SUCCEEDED);
        StageRef once = driver.submitStage(stage(1));
        assertThat(all(driver.succeed(A, once, 1, Ranges.of(0)).commands(), Copy.class)).isEmpty();
        assertThat(state(once)).isEqualTo(JobState.SUCCEEDED);
    }

    /** Made again, they might be others than those which some tasks have read by already. */
    @Test
    void whereKeysAreCutIsKeptTwiceThoughItIsNoResult() {
        driver.connect(A, CPUS);
        driver.connect(B, NONE);
        TaskTemplate plain = TaskTemplate.command("cat");
        TaskTemplate reading =
                new TaskTemplate(
                        plain.command(),
                        plain.environment(),
                        plain.workingDirectory(),
                        plain.items(),
                        new TaskTemplate.Input.Shuffled(0, new TaskTemplate.Part.Bounded(1)),
                        plain.outputLimitBytes(),
                        plain.files(),
                        plain.outputs(),
                        plain.shuffle(),
                        plain.warm());
        Resources cpu = Resources.cpu(1_000);
        StageRef map =
                driver.submitTwice(
                        stage(1),
                        stage(1, cpu, 1, List.of(0)),
                        new StageSpec(
                                "reduce", 2, reading, cpu, 1, Optional.empty(), List.of(0, 1)));
        StageRef bounds = new StageRef(map.job(), 1);

        Decision mapped = driver.succeed(A, map, 1, Ranges.of(0));
        assertThat(all(mapped.commands(), Copy.class)).isEmpty();
        Copy order = only(driver.succeed(A, bounds, 1, Ranges.of(0)), Copy.class);
        assertThat(order.stage()).isEqualTo(bounds);
    }

    @Test
    void whereThereIsNoSecondWorkerAJobEndsAndIsCopiedWhenOneComes() {
        driver.connect(A, CPUS);
        StageRef stage = driver.submitTwice(stage(1));
        driver.succeed(A, stage, 1, Ranges.of(0));
        assertThat(state(stage)).isEqualTo(JobState.SUCCEEDED);
        Copy order = only(driver.connect(B, NONE), Copy.class);
        assertThat(order.worker()).isEqualTo(B);
    }

    @Test
    void aWorkerThatMayComeBackIsWaitedForAWhile() {
        StageRef stage = submit(1);
        driver.disconnect(B);
        driver.succeed(A, stage, 1, Ranges.of(0));
        assertThat(state(stage)).isEqualTo(JobState.RUNNING);
        driver.pass(Duration.ofSeconds(4), A);
        assertThat(state(stage)).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void nobodyWaitsForAWorkerThatWasDrainedAndHasLeft() {
        StageRef stage = submit(1);
        drain(B);
        driver.disconnect(B);
        driver.succeed(A, stage, 1, Ranges.of(0));
        assertThat(state(stage)).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void aWorkerThatDrainsHoldsACopyOnlyWhereNobodyElseCan() {
        StageRef stage = submit(2);
        drain(B);
        Copy alone = only(driver.succeed(A, stage, 1, Ranges.of(0)), Copy.class);
        assertThat(alone.worker()).isEqualTo(B);
        driver.copied(alone);
        driver.connect(C, NONE);
        Copy order = only(driver.succeed(A, stage, 1, Ranges.of(1)), Copy.class);
        assertThat(order.worker()).isEqualTo(C);
    }

    @Test
    void aWorkerWhoseDiskIsFullHoldsNoCopyUntilItHasRoom() {
        StageRef stage = submit(1);
        driver.heartbeat(B, "its disk is full");
        Decision done = driver.succeed(A, stage, 1, Ranges.of(0));
        assertThat(all(done.commands(), Copy.class)).isEmpty();
        assertThat(state(stage)).isEqualTo(JobState.SUCCEEDED);
        assertThat(only(driver.heartbeat(B, ""), Copy.class).worker()).isEqualTo(B);
    }

    private void drain(WorkerId worker) {
        driver.handle(new SchedulerEvent.DrainRequested("drain", worker, false));
    }

    @Test
    void whatHasACopyDoesNotRunAgainAndIsCopiedToAThird() {
        StageRef stage = submit(2);
        driver.copied(only(driver.succeed(A, stage, 1, Ranges.of(0)), Copy.class));
        driver.connect(C, CPUS);
        driver.disconnect(A);
        List<SchedulerCommand> later = driver.pass(Duration.ofSeconds(4), B, C);
        assertThat(driver.facts).doesNotHaveAnyElementsOfTypes(Fact.TasksReopened.class);
        Copy order = all(later, Copy.class).getFirst();
        assertThat(order.worker()).isEqualTo(C);
        assertThat(order.source()).isEqualTo(new CopySource(B, "b:1"));
        driver.copied(order);
        assertThat(driver.scheduler.view().places(stage, 0).holders())
                .startsWith(new Holder(B, Ranges.of(0)), new Holder(C, Ranges.of(0)));
    }

    @Test
    void whoComesBackWithOneCopyTooManyDropsIt() {
        StageRef stage = submit(1);
        driver.copied(only(driver.succeed(A, stage, 1, Ranges.of(0)), Copy.class));
        driver.connect(C, CPUS);
        driver.disconnect(A);
        driver.copied(all(driver.pass(Duration.ofSeconds(4), B, C), Copy.class).getFirst());
        HeldOutputs held = new HeldOutputs(stage, Ranges.of(0));
        Decision back = driver.connect(A, 1, CPUS, List.of(), List.of(held));
        assertThat(only(back, SchedulerCommand.Discard.class).worker()).isEqualTo(A);
        assertThat(all(back.commands(), Copy.class)).isEmpty();
    }

    @Test
    void aCopyOfAnEarlierAttemptNeverCountsForALaterOne() {
        StageRef stage = submit(2);
        Copy old = only(driver.succeed(A, stage, 1, Ranges.of(0)), Copy.class);
        Decision emptied = driver.connect(A, 2, CPUS, List.of(), List.of());
        assertThat(emptied.facts()).contains(new Fact.TasksReopened(stage, Ranges.of(0)));
        assertThat(all(emptied.commands(), SchedulerCommand.Discard.class))
                .anyMatch(it -> it.worker().equals(B) && it.tasks().equals(Ranges.of(0)));
        driver.succeed(A, stage, 2, Ranges.of(0));
        Decision late = driver.copied(old);
        assertThat(late.facts()).doesNotHaveAnyElementsOfTypes(Fact.OutputsCopied.class);
        Copy fresh = only(late, Copy.class);
        assertThat(fresh.copy()).isNotEqualTo(old.copy());
    }

    @Test
    void whatIsReportedOfAnOrderOfAnEarlierSessionDoesNotCount() {
        StageRef stage = submit(1);
        Copy old = only(driver.succeed(A, stage, 1, Ranges.of(0)), Copy.class);
        HeldOutputs held = new HeldOutputs(stage, Ranges.of(0));
        Decision back = driver.connect(B, 1, NONE, List.of(), List.of(held));
        assertThat(only(back, SchedulerCommand.Discard.class).worker()).isEqualTo(B);
        Copy again = only(back, Copy.class);
        assertThat(driver.copied(old).facts()).isEmpty();
        driver.copied(again);
        assertThat(state(stage)).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void copiesThatFailAgainAndAgainDoNotHoldAJobForEver() {
        StageRef stage = submit(1);
        List<Copy> orders = new ArrayList<>();
        orders.add(only(driver.succeed(A, stage, 1, Ranges.of(0)), Copy.class));
        while (state(stage) == JobState.RUNNING) {
            CopyTrouble full = new CopyTrouble(Ranges.of(0), false, "the worker's disk is full");
            driver.copied(orders.getLast(), Ranges.empty(), Optional.of(full));
            orders.addAll(all(driver.pass(Duration.ofSeconds(9), A, B), Copy.class));
        }
        assertThat(orders).hasSize(CopyNeed.TRIES_MAX);
        assertThat(state(stage)).isEqualTo(JobState.SUCCEEDED);
        assertThat(driver.view(stage.job()).reason())
                .isEqualTo("1 outputs have one copy only: the worker's disk is full");
        assertThat(only(driver.connect(C, NONE), Copy.class).worker()).isEqualTo(C);
    }

    @Test
    void aWorkerThatComesAndGoesGivesACopyOneMoreTryEachTime() {
        copiesThatFailAgainAndAgainDoNotHoldAJobForEver();
        StageRef stage = new StageRef(new JobId(1), 0);
        Copy again = only(driver.connect(C, NONE), Copy.class);
        CopyTrouble full = new CopyTrouble(Ranges.of(0), false, "the worker's disk is full");
        driver.copied(again, Ranges.empty(), Optional.of(full));
        assertThat(all(driver.pass(Duration.ofMinutes(2), A, B, C), Copy.class)).isEmpty();
    }

    @Test
    void aThirdWorkerIsTriedWhenTwoDoNotReachEachOther() {
        StageRef stage = submit(1);
        driver.connect(C, NONE);
        Copy first = only(driver.succeed(A, stage, 1, Ranges.of(0)), Copy.class);
        CopyTrouble unreachable = new CopyTrouble(Ranges.of(0), true, "nobody answers");
        driver.copied(first, Ranges.empty(), Optional.of(unreachable));
        List<SchedulerCommand> later = driver.pass(Duration.ofSeconds(1), A, B, C);
        Copy second = all(later, Copy.class).getFirst();
        assertThat(second.source().worker()).isEqualTo(A);
        assertThat(List.of(first.worker(), second.worker())).containsExactlyInAnyOrder(B, C);
    }

    @Test
    void jobsThatHaveEndedDoNotKeepOneThatWaitsForItsCopies() {
        driver.connect(A, CPUS);
        for (int i = 0; i < 20; i++) {
            StageRef old = driver.submitTwice(stage(1));
            driver.succeed(A, old, 1, Ranges.of(0));
            assertThat(state(old)).isEqualTo(JobState.SUCCEEDED);
        }
        List<Copy> begun = all(driver.connect(B, NONE).commands(), Copy.class);
        assertThat(begun).hasSizeLessThan(8);
        StageRef stage = driver.submitTwice(stage(1));
        Copy order = only(driver.succeed(A, stage, 1, Ranges.of(0)), Copy.class);
        assertThat(order.stage()).isEqualTo(stage);
        driver.copied(order);
        assertThat(state(stage)).isEqualTo(JobState.SUCCEEDED);
        int copied = 0;
        Deque<Copy> left = new ArrayDeque<>(begun);
        while (!left.isEmpty()) {
            left.addAll(all(driver.copied(left.removeFirst()).commands(), Copy.class));
            copied++;
        }
        assertThat(copied).as("in the end all of them").isEqualTo(20);
    }

    @Test
    void aDamagedOutputIsReadFromItsCopyAndCopiedAnew() {
        StageRef stage = submit(1);
        driver.copied(only(driver.succeed(A, stage, 1, Ranges.of(0)), Copy.class));
        Decision damaged = driver.damaged(A, stage, Ranges.of(0));
        assertThat(driver.scheduler.view().places(stage, 0).holders().getFirst())
                .isEqualTo(new Holder(B, Ranges.of(0)));
        Copy order = only(damaged, Copy.class);
        assertThat(order.worker()).isEqualTo(A);
        assertThat(order.source()).isEqualTo(new CopySource(B, "b:1"));
    }

    @Test
    void aDamagedOutputWithoutACopyRunsAgainWhileItsJobIsActive() {
        driver.connect(A, CPUS);
        StageRef stage = driver.submitTwice(stage(2));
        driver.succeed(A, stage, 1, Ranges.of(0));
        Decision damaged = driver.damaged(A, stage, Ranges.of(0));
        assertThat(damaged.facts()).contains(new Fact.TasksReopened(stage, Ranges.of(0)));
    }

    @Test
    void aNewLeaderKnowsTheCopiesAndWaitsForTheirHoldersBeforeItMakesOthers() {
        StageRef stage = submit(1);
        driver.copied(only(driver.succeed(A, stage, 1, Ranges.of(0)), Copy.class));
        driver.connect(C, CPUS);
        driver.failOver();
        driver.connect(C, CPUS);
        HeldOutputs held = new HeldOutputs(stage, Ranges.of(0));
        Decision one = driver.connect(A, 1, CPUS, List.of(), List.of(held));
        Decision two = driver.connect(B, 1, NONE, List.of(), List.of(held));
        assertThat(all(one.commands(), Copy.class)).isEmpty();
        assertThat(all(two.commands(), Copy.class)).isEmpty();
        assertThat(driver.scheduler.view().places(stage, 0).holders()).hasSize(2);
    }
}
