package dev.atoll.core.scheduler;

import static dev.atoll.core.scheduler.SchedulerDriver.A;
import static dev.atoll.core.scheduler.SchedulerDriver.accepted;
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
import dev.atoll.core.scheduler.SchedulerView.JobState;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/** Jobs that come after other jobs. The only worker has room for all of them. */
class EarlierJobsTest {
    private static final Failure EXIT = new Failure(Failure.Kind.EXIT, 3, "");

    private SchedulerDriver driver = new SchedulerDriver();

    @BeforeEach
    void connect() {
        driver.connect(A, Resources.cpu(8_000));
    }

    private StageRef submit(StageRef... earlier) {
        return new StageRef(accepted(driver.submit(spec(ids(earlier)))), 0);
    }

    private JobSpec spec(List<JobId> after) {
        JobSpec usual = driver.job(FailurePolicy.KEEP_GOING, stage(1));
        return new JobSpec(
                usual.requestId(),
                usual.name(),
                usual.user(),
                usual.priority(),
                usual.stages(),
                usual.failurePolicy(),
                usual.backupPolicy(),
                usual.durability(),
                after,
                Optional.empty(),
                Optional.empty());
    }

    private static List<JobId> ids(StageRef... stages) {
        return List.of(stages).stream().map(StageRef::job).toList();
    }

    private Decision succeed(StageRef stage) {
        return driver.succeed(A, stage, 1, Ranges.of(0));
    }

    private Decision fail(StageRef stage) {
        return driver.fail(A, stage, 1, EXIT, Ranges.of(0));
    }

    private JobState state(StageRef stage) {
        return driver.view(stage.job()).state();
    }

    private Decision retry(StageRef stage) {
        return driver.handle(
                new SchedulerEvent.RetryRequested(driver.cause(), stage.job(), Optional.empty()));
    }

    @Test
    void aJobStartsWhenAllThatItComesAfterHaveSucceeded() {
        StageRef first = submit();
        StageRef second = submit();
        StageRef last = submit(first, second);

        assertThat(grants(succeed(first))).isEmpty();
        assertThat(state(last)).isEqualTo(JobState.QUEUED);
        assertThat(driver.explain(last.job()))
                .anyMatch(it -> it.contains("job 2 must succeed first; 0 of its 1 tasks have."));

        assertThat(grants(succeed(second))).containsExactly("a: 0 #1");
        succeed(last);
        assertThat(state(last)).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void aJobThatComesAfterAnEndedOneStartsAtOnce() {
        StageRef first = submit();
        succeed(first);

        assertThat(grants(driver.submit(spec(ids(first))))).containsExactly("a: 0 #1");
    }

    @Test
    void whenAJobFailsAllThatComeAfterItDo() {
        StageRef first = submit();
        StageRef second = submit(first);
        StageRef third = submit(second);

        fail(first);

        assertThat(state(second)).isEqualTo(JobState.FAILED);
        assertThat(state(third)).isEqualTo(JobState.FAILED);
        assertThat(driver.explain(second.job()).getFirst())
                .isEqualTo("It failed: job 1, which must succeed first, failed.");
        assertThat(driver.explain(third.job()).getFirst())
                .isEqualTo("It failed: job 2, which must succeed first, failed.");
    }

    @Test
    void aCancelledJobIsNoSuccessEither() {
        StageRef first = submit();
        StageRef second = submit(first);

        driver.handle(
                new SchedulerEvent.CancelRequested(
                        driver.cause(), first.job(), Optional.empty(), 15, "", driver.now));
        fail(first);

        assertThat(state(first)).isEqualTo(JobState.CANCELLED);
        assertThat(driver.view(second.job()).reason())
                .isEqualTo("job 1, which must succeed first, was cancelled");
    }

    @Test
    void whatFailedForAnotherJobRunsOnceThatOneHasSucceeded() {
        StageRef first = submit();
        StageRef second = submit(first);
        fail(first);

        retry(second);
        assertThat(state(second)).as("the other one is still failed").isEqualTo(JobState.FAILED);

        assertThat(grants(retry(first))).containsExactly("a: 0 #2");
        retry(second);
        assertThat(state(second)).isEqualTo(JobState.QUEUED);
        assertThat(grants(driver.succeed(A, first, 2, Ranges.of(0)))).containsExactly("a: 0 #1");
    }

    @Test
    void aJobCannotComeAfterOneThatIsNotThere() {
        SchedulerCommand.Refused refused =
                only(driver.submit(spec(List.of(new JobId(9)))), SchedulerCommand.Refused.class);

        assertThat(refused.refusal()).isEqualTo(SchedulerCommand.Refusal.JOB_NOT_FOUND);
        assertThat(refused.message()).isEqualTo("there is no job 9");
    }

    @Test
    void aNewLeaderHoldsItBackToo() {
        StageRef first = submit();
        StageRef second = submit(first);
        StageRef third = submit(second);
        succeed(first);

        driver.failOver();
        Decision back = driver.connect(A, 1, Resources.cpu(8_000), List.of(), List.of());
        assertThat(grants(back)).containsExactly("a: 0 #1");
        assertThat(state(third)).isEqualTo(JobState.QUEUED);
        assertThat(grants(succeed(second))).containsExactly("a: 0 #1");
    }

    @Test
    void aJobIsNotForgottenWhileAnotherComesAfterIt() {
        driver = new SchedulerDriver(oneEndedJob());
        connect();
        StageRef first = submit();
        succeed(first);
        StageRef other = submit();
        StageRef last = submit(first, other);

        for (int i = 0; i < 3; i++) {
            succeed(submit());
        }
        assertThat(driver.scheduler.view().job(first.job())).isPresent();

        succeed(other);
        succeed(last);
        assertThat(state(last)).isEqualTo(JobState.SUCCEEDED);
        succeed(submit());
        assertThat(driver.scheduler.view().job(first.job())).isEmpty();
    }

    private static SchedulerLimits oneEndedJob() {
        SchedulerLimits usual = SchedulerLimits.defaults();
        return new SchedulerLimits(
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
                usual.lostWorkersMax());
    }
}
