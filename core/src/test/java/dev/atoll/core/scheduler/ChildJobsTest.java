package dev.atoll.core.scheduler;

import static dev.atoll.core.scheduler.SchedulerDriver.A;
import static dev.atoll.core.scheduler.SchedulerDriver.accepted;
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
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.scheduler.SchedulerView.JobState;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/** Jobs that tasks have submitted. */
class ChildJobsTest {
    private static final Failure EXIT = new Failure(Failure.Kind.EXIT, 3, "");

    private final SchedulerDriver driver = new SchedulerDriver();

    @BeforeEach
    void connect() {
        driver.connect(A, Resources.cpu(2_000));
    }

    private StageRef submit(String user) {
        JobSpec spec = driver.job(user, 0, FailurePolicy.KEEP_GOING, stage(1));
        return new StageRef(accepted(driver.submit(spec)), 0);
    }

    private Decision submit(TaskRef parent) {
        return driver.submit(spec(parent));
    }

    private StageRef child(StageRef parent) {
        return new StageRef(accepted(submit(new TaskRef(parent, 0))), 0);
    }

    private JobSpec spec(TaskRef parent) {
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
                List.of(),
                Optional.of(parent),
                Optional.empty());
    }

    private void cancel(StageRef stage) {
        driver.handle(
                new SchedulerEvent.CancelRequested(
                        driver.cause(), stage.job(), Optional.empty(), 15, "", driver.now));
    }

    private JobState state(StageRef stage) {
        return driver.view(stage.job()).state();
    }

    @Test
    void aChildBelongsToTheUserOfItsParent() {
        StageRef parent = submit("ann");

        StageRef child = child(parent);

        assertThat(driver.view(child.job()).user()).isEqualTo("ann");
        assertThat(driver.view(child.job()).parent()).contains(new TaskRef(parent, 0));
    }

    @Test
    void whenAJobIsCancelledAllThatCameFromItIs() {
        StageRef parent = submit("ann");
        StageRef child = child(parent);
        StageRef grandchild = child(child);
        StageRef other = submit("ann");

        cancel(parent);

        assertThat(state(parent)).isEqualTo(JobState.STOPPING);
        assertThat(state(child)).isEqualTo(JobState.STOPPING);
        assertThat(state(grandchild)).isEqualTo(JobState.CANCELLED);
        assertThat(driver.explain(grandchild.job()))
                .contains(
                        "It was cancelled: job 2, a task of which has submitted it, was cancelled.",
                        "Task 2/0.0 has submitted it; if that one's job is cancelled or fails, so"
                                + " is this one.");
        assertThat(state(other)).isEqualTo(JobState.QUEUED);
    }

    @Test
    void whenAJobFailsItsChildrenAreCancelled() {
        StageRef parent = submit("ann");
        StageRef child = child(parent);

        driver.fail(A, parent, 1, EXIT, Ranges.of(0));

        assertThat(state(parent)).isEqualTo(JobState.FAILED);
        assertThat(state(child)).isEqualTo(JobState.STOPPING);
        assertThat(driver.view(child.job()).reason())
                .isEqualTo("job 1, a task of which has submitted it, failed");
    }

    @Test
    void whatASuccessfulJobHasSubmittedGoesOn() {
        StageRef parent = submit("ann");
        StageRef child = child(parent);

        driver.succeed(A, parent, 1, Ranges.of(0));
        assertThat(state(parent)).isEqualTo(JobState.SUCCEEDED);
        assertThat(state(child)).isEqualTo(JobState.RUNNING);

        driver.succeed(A, child, 1, Ranges.of(0));
        assertThat(state(child)).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void aChildOfAJobThatIsBeingStoppedNeverStarts() {
        StageRef parent = submit("ann");
        cancel(parent);

        assertThat(state(child(parent))).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void aNewLeaderFinishesWhatTheOldOneBegan() {
        StageRef parent = submit("ann");
        StageRef child = child(parent);
        driver.failOver();

        cancel(parent);

        assertThat(state(child)).isIn(JobState.STOPPING, JobState.CANCELLED);
    }

    @Test
    void thereIsNoChildOfATaskThatIsNotThere() {
        StageRef parent = submit("ann");

        SchedulerCommand.Refused noJob =
                only(
                        submit(new TaskRef(new StageRef(new JobId(9), 0), 0)),
                        SchedulerCommand.Refused.class);
        SchedulerCommand.Refused noTask =
                only(submit(new TaskRef(parent, 1)), SchedulerCommand.Refused.class);

        assertThat(noJob.refusal()).isEqualTo(SchedulerCommand.Refusal.JOB_NOT_FOUND);
        assertThat(noTask.refusal()).isEqualTo(SchedulerCommand.Refusal.TASK_NOT_FOUND);
    }

    @Test
    void whyNamesTheParentThatHoldsTheRoom() {
        StageRef parent = submit("ann");
        StageRef other = submit("ann");
        StageRef child = child(parent);

        assertThat(state(other)).isEqualTo(JobState.RUNNING);
        assertThat(driver.explain(child.job()))
                .anyMatch(it -> it.contains("task 1/0.0, which has submitted it, keeps its own"));
    }
}
