package dev.atoll.core.scheduler;

import static dev.atoll.core.scheduler.SchedulerDriver.A;
import static dev.atoll.core.scheduler.SchedulerDriver.accepted;
import static dev.atoll.core.scheduler.SchedulerDriver.grants;
import static dev.atoll.core.scheduler.SchedulerDriver.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Who gets room when there is little of it. */
class VacanciesTest {
    private final SchedulerDriver driver = new SchedulerDriver();

    /**
     * A job whose tasks last a millisecond, of which a worker of two processors holds a backlog.
     */
    private StageRef briefStage(int taskCount) {
        driver.connect(A, Resources.cpu(2_000));
        StageRef stage = driver.submitStage(stage(taskCount));
        succeedQuickly(stage, Ranges.of(0));
        assertThat(running(stage.job())).isGreaterThan(50);
        return stage;
    }

    private Decision succeedQuickly(StageRef stage, Ranges tasks) {
        return driver.report(
                A,
                new SchedulerEvent.StageReport(
                        stage,
                        1,
                        1,
                        Ranges.empty(),
                        tasks,
                        Ranges.empty(),
                        List.of(),
                        Ranges.empty(),
                        Duration.ofMillis(tasks.size())));
    }

    private int running(JobId job) {
        return driver.view(job).stages().getFirst().running();
    }

    @Test
    void aNewJobDoesNotWaitForTheBacklogOfBriefTasks() {
        briefStage(100_000);

        JobId job =
                accepted(driver.submit(driver.job("bob", 0, FailurePolicy.KEEP_GOING, stage(5))));

        assertThat(running(job)).isEqualTo(2);
    }

    @Test
    void aMoreUrgentJobOfBriefTasksGetsWhatBecomesFree() {
        StageRef many = briefStage(100_000);
        JobId urgent =
                accepted(
                        driver.submit(
                                driver.job("bob", 5, FailurePolicy.KEEP_GOING, stage(100_000))));
        StageRef first = new StageRef(urgent, 0);
        succeedQuickly(first, Ranges.of(0));
        int before = running(urgent);

        succeedQuickly(many, Ranges.between(1, 21));

        assertThat(running(urgent)).isGreaterThanOrEqualTo(before + 19);
    }

    @Test
    void smallTasksDoNotKeepALargeOneWaitingForEver() {
        driver.connect(A, Resources.cpu(4_000));
        StageRef small = driver.submitStage(stage(1_000));
        StageSpec whole = stage(1, Resources.cpu(4_000), 1, List.of());
        JobId large =
                accepted(driver.submit(driver.job("bob", 0, FailurePolicy.KEEP_GOING, whole)));

        for (int i = 0; i < 3; i++) {
            assertThat(grants(driver.succeed(A, small, 1, Ranges.of(i)))).isEmpty();
        }

        assertThat(grants(driver.succeed(A, small, 1, Ranges.of(3)))).containsExactly("a: 0 #1");
        assertThat(running(large)).isEqualTo(1);
    }

    @Test
    void whoeverAWorkerIsKeptFreeForIsServedWhoeverIsRefusedFirst() {
        driver.connect(A, Resources.cpu(1_000));
        StageRef first = driver.submitStage(stage(1));
        JobId second =
                accepted(driver.submit(driver.job("bob", 0, FailurePolicy.KEEP_GOING, stage(1))));
        StageRef third = driver.submitStage(stage(1));

        driver.succeed(A, first, 1, Ranges.of(0));
        assertThat(running(second)).isEqualTo(1);
        driver.succeed(A, new StageRef(second, 0), 1, Ranges.of(0));
        assertThat(running(third.job())).isEqualTo(1);
    }

    @Test
    void nobodyIsLeftWaitingBeforeAnIdleWorker() {
        driver.connect(A, Resources.cpu(1_000));
        StageRef ann = driver.submitStage(stage(3));
        JobId bob =
                accepted(driver.submit(driver.job("bob", 0, FailurePolicy.KEEP_GOING, stage(3))));
        JobId eve =
                accepted(driver.submit(driver.job("ann", 0, FailurePolicy.KEEP_GOING, stage(3))));
        List<JobId> jobs = List.of(ann.job(), bob, eve);

        for (int done = 0; done < 9; done++) {
            JobId running = jobs.stream().filter(job -> running(job) > 0).findFirst().orElseThrow();
            int index = driver.view(running).stages().getFirst().succeeded();
            driver.succeed(A, new StageRef(running, 0), 1, Ranges.of(index));
        }

        assertThat(jobs)
                .allMatch(job -> driver.view(job).state() == SchedulerView.JobState.SUCCEEDED);
    }

    @Test
    void whatIsKeptFreeForALargeTaskBriefTasksMayUse() {
        StageRef brief = briefStage(100_000);
        JobId firm =
                accepted(driver.submit(driver.job("bob", 0, FailurePolicy.KEEP_GOING, stage(1))));
        StageSpec whole = stage(1, Resources.cpu(2_000), 1, List.of());
        driver.submit(driver.job("eve", 0, FailurePolicy.KEEP_GOING, whole));
        assertThat(running(firm)).isEqualTo(1);

        assertThat(grants(succeedQuickly(brief, Ranges.between(1, 21)))).isNotEmpty();
    }

    @Test
    void tasksThatNeedNothingAreNotGrantedWithoutEnd() {
        driver.connect(A, Resources.cpu(2_000));
        StageRef stage = driver.submitStage(stage(100_000, Resources.cpu(0), 1, List.of()));

        assertThat(running(stage.job())).isEqualTo(1_024);
        driver.tick();
        assertThat(running(stage.job())).isEqualTo(1_024);
    }

    @Test
    @Timeout(60)
    void theEndOfAJobIsFoundHoweverItsStagesDepend() {
        List<StageSpec> stages = new ArrayList<>();
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            stages.add(stage(1, Resources.cpu(1_000), 1, List.copyOf(all)));
            all.add(i);
        }
        driver.connect(A, Resources.cpu(1_000));
        JobId job =
                accepted(
                        driver.submit(
                                driver.job(
                                        FailurePolicy.KEEP_GOING,
                                        stages.toArray(StageSpec[]::new))));

        driver.fail(
                A, new StageRef(job, 0), 1, new Failure(Failure.Kind.EXIT, 1, ""), Ranges.of(0));

        assertThat(driver.view(job).state()).isEqualTo(SchedulerView.JobState.FAILED);
    }

    @Test
    void aMillionDifferentFailuresAreNotAMillionEntries() {
        driver.connect(A, Resources.cpu(1_000_000));
        StageRef stage = driver.submitStage(stage(1_000));
        for (int i = 0; i < 999; i++) {
            Failure failure = new Failure(Failure.Kind.NOT_FOUND, 0, "program " + i);
            driver.fail(A, stage, 1, failure, Ranges.of(i));
        }

        assertThat(driver.explain(stage.job())).hasSizeLessThan(300);
        assertThat(driver.view(stage.job()).stages().getFirst().failed()).isEqualTo(999);
    }
}
