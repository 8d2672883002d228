package dev.atoll.core.scheduler;

import static dev.atoll.core.scheduler.SchedulerDriver.A;
import static dev.atoll.core.scheduler.SchedulerDriver.grants;
import static dev.atoll.core.scheduler.SchedulerDriver.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.scheduler.SchedulerView.WorkerState;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** The only worker says that its disk is full. It runs two tasks at a time. */
class ShortageTest {
    private static final String FULL = "its disk is full";
    private static final Failure TROUBLE =
            new Failure(Failure.Kind.WORKER_TROUBLE, 0, "the worker's disk is full");

    private final SchedulerDriver driver = new SchedulerDriver();

    private StageRef submit(int tasks) {
        driver.connect(A, Resources.cpu(2_000));
        return driver.submitStage(stage(tasks, Resources.cpu(1_000), 1, List.of()));
    }

    @Test
    void itGetsNoTasksUntilItHasRoomAgain() {
        StageRef stage = submit(5);
        driver.heartbeat(A, FULL);

        assertThat(grants(driver.succeed(A, stage, 1, Ranges.between(0, 2)))).isEmpty();
        WorkerView worker = driver.scheduler.view().worker(A, driver.now).orElseThrow();
        assertThat(worker.state()).isEqualTo(WorkerState.DRAINING);
        assertThat(worker.reason()).isEqualTo(FULL);
        assertThat(driver.scheduler.view().explain(stage.job(), driver.now))
                .anyMatch(it -> it.contains("3 tasks wait: a wants none: its disk is full."));

        assertThat(grants(driver.heartbeat(A, ""))).containsExactly("a: 2-3 #1");
    }

    @Test
    void whatFailsForItDoesNotCount() {
        StageRef stage = submit(1);
        for (int attempt = 1; attempt <= 10; attempt++) {
            driver.heartbeat(A, FULL);
            driver.fail(A, stage, attempt, TROUBLE, Ranges.of(0));
            driver.heartbeat(A, "");
            driver.pass(Duration.ofSeconds(2), A);
        }

        driver.succeed(A, stage, 11, Ranges.of(0));
        assertThat(driver.view(stage.job()).state().isFinal()).isTrue();
        assertThat(driver.view(stage.job()).stages().getFirst().succeeded()).isEqualTo(1);
    }
}
