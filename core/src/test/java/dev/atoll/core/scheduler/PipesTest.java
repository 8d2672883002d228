package dev.atoll.core.scheduler;

import static dev.atoll.core.scheduler.SchedulerDriver.A;
import static dev.atoll.core.scheduler.SchedulerDriver.B;
import static dev.atoll.core.scheduler.SchedulerDriver.accepted;
import static dev.atoll.core.scheduler.SchedulerDriver.all;
import static dev.atoll.core.scheduler.SchedulerDriver.grants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.TaskTemplate.Input;
import dev.atoll.core.model.TaskTemplate.Pipe;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand.Stop;
import dev.atoll.core.scheduler.SchedulerView.JobState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A pipe of three tasks of one processor each. */
class PipesTest {
    private static final WorkerId C = new WorkerId("c");
    private static final Resources CPU = Resources.cpu(1_000);
    private static final Ranges ONLY = Ranges.of(0);
    private static final Failure EXIT_1 = new Failure(Failure.Kind.EXIT, 1, "");

    private final SchedulerDriver driver = new SchedulerDriver();

    private static StageSpec part(String name, boolean reads, boolean writes) {
        TaskTemplate plain = TaskTemplate.command("cat");
        TaskTemplate piped =
                new TaskTemplate(
                        plain.command(),
                        plain.environment(),
                        plain.workingDirectory(),
                        plain.items(),
                        reads ? new Input.Piped() : new Input.Empty(),
                        plain.outputLimitBytes(),
                        plain.files(),
                        plain.outputs(),
                        plain.shuffle(),
                        plain.warm(),
                        writes ? Optional.of(new Pipe(true)) : Optional.empty());
        return new StageSpec(name, 1, piped, CPU, 3, Optional.empty(), List.of());
    }

    private JobSpec pipe() {
        return driver.job(
                FailurePolicy.KEEP_GOING,
                part("first", false, true),
                part("second", true, true),
                part("third", true, false));
    }

    /** A pipe with a task on each worker, in their order. */
    private JobId running() {
        driver.connect(A, CPU);
        driver.connect(B, CPU);
        driver.connect(C, CPU);
        Decision decision = driver.submit(pipe());
        assertThat(grants(decision)).containsExactly("a: 0 #1", "b: 0 #1", "c: 0 #1");
        return accepted(decision);
    }

    private static StageRef stage(JobId job, int position) {
        return new StageRef(job, position);
    }

    @Test
    void itStartsWhenThereIsRoomForAllOfIt() {
        driver.connect(A, CPU);
        driver.connect(B, CPU);
        Decision submitted = driver.submit(pipe());
        assertThat(grants(submitted)).isEmpty();
        assertThat(driver.explain(accepted(submitted)))
                .anyMatch(it -> it.contains("there is room for 2 of them now"))
                .anyMatch(it -> it.contains("never have room for more than 2"));

        assertThat(grants(driver.connect(C, CPU))).containsExactly("a: 0 #1", "b: 0 #1", "c: 0 #1");
    }

    @Test
    void whatItCannotUseYetIsForOthers() {
        driver.connect(A, CPU);
        driver.connect(B, CPU);
        driver.submit(pipe());

        assertThat(
                        grants(
                                driver.submit(
                                        driver.job(
                                                FailurePolicy.KEEP_GOING,
                                                SchedulerDriver.stage(2)))))
                .hasSize(2);
    }

    @Test
    void oneWorkerMayHaveAllOfIt() {
        driver.connect(A, Resources.cpu(3_000));

        assertThat(grants(driver.submit(pipe()))).containsExactly("a: 0 #1", "a: 0 #1", "a: 0 #1");
    }

    @Test
    void itSucceedsWhenAllOfItHas() {
        JobId job = running();
        driver.succeed(A, stage(job, 0), 1, ONLY);
        driver.succeed(C, stage(job, 2), 1, ONLY);
        assertThat(driver.view(job).state()).isEqualTo(JobState.RUNNING);
        driver.succeed(B, stage(job, 1), 1, ONLY);

        assertThat(driver.view(job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void anExitCodeLeavesTheOthersGoingAndIsNotTriedAgain() {
        JobId job = running();
        Decision failed = driver.fail(A, stage(job, 0), 1, EXIT_1, ONLY);
        assertThat(grants(failed)).isEmpty();
        assertThat(all(failed.commands(), Stop.class)).isEmpty();
        driver.succeed(B, stage(job, 1), 1, ONLY);
        driver.succeed(C, stage(job, 2), 1, ONLY);

        assertThat(driver.view(job).state()).isEqualTo(JobState.FAILED);
    }

    @Test
    void anyOtherFailureStopsIt() {
        for (Failure.Kind kind :
                List.of(
                        Failure.Kind.OUT_OF_MEMORY,
                        Failure.Kind.TIMEOUT,
                        Failure.Kind.INPUT_UNAVAILABLE,
                        Failure.Kind.WORKER_TROUBLE)) {
            SchedulerDriver another = new SchedulerDriver();
            another.connect(A, Resources.cpu(3_000));
            JobId job = accepted(another.submit(pipe()));
            Decision failed = another.fail(A, stage(job, 1), 1, Failure.of(kind), ONLY);

            assertThat(all(failed.commands(), Stop.class)).as("%s", kind).hasSize(2);
            assertThat(grants(failed)).isEmpty();
            assertThat(another.view(job).state()).isEqualTo(JobState.STOPPING);
        }
    }

    @Test
    void aLostWorkerStopsIt() {
        JobId job = running();
        driver.disconnect(B);
        driver.pass(Duration.ofSeconds(60), A, C);

        assertThat(driver.view(job).state()).isEqualTo(JobState.STOPPING);
        Failure cancelled = Failure.of(Failure.Kind.CANCELLED);
        driver.fail(A, stage(job, 0), 1, cancelled, ONLY);
        driver.fail(C, stage(job, 2), 1, cancelled, ONLY);
        assertThat(driver.view(job).state()).isEqualTo(JobState.FAILED);
        assertThat(driver.view(job).reason()).contains("its worker was lost");
    }

    @Test
    void aNewLeaderStopsWhatIsNotThereAnyMore() {
        JobId job = running();
        driver.succeed(A, stage(job, 0), 1, ONLY);
        driver.failOver();
        driver.connect(A, CPU);
        driver.connect(B, CPU);
        Decision last = driver.connect(C, CPU);

        assertThat(grants(last)).isEmpty();
        assertThat(driver.view(job).state()).isEqualTo(JobState.FAILED);
        assertThat(driver.view(job).reason()).contains("a pipe is not tried again");
    }

    @Test
    void whoeverWritesIsRightBeforeItsReader() {
        for (List<StageSpec> stages :
                List.of(
                        List.of(part("alone", false, true)),
                        List.of(part("alone", true, false)),
                        List.of(
                                part("first", false, true),
                                SchedulerDriver.stage(1),
                                part("last", true, false)))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            driver.job(FailurePolicy.KEEP_GOING, stages.toArray(new StageSpec[0])));
        }
    }
}
