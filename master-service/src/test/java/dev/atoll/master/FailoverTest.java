package dev.atoll.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.atoll.master.testing.FakeLedger;
import dev.atoll.master.testing.FakeNaming;
import dev.atoll.master.testing.FakeWorker;
import dev.atoll.master.testing.MasterUnderTest;
import dev.atoll.master.testing.Times;
import dev.atoll.proto.cluster.v1.GetClusterRequest;
import dev.atoll.proto.job.v1.Job;
import dev.atoll.proto.job.v1.JobState;
import dev.atoll.proto.job.v1.ReadOutputRequest;
import dev.atoll.proto.job.v1.TaskRanges;
import dev.atoll.proto.worker.v1.Grant;
import dev.atoll.proto.worker.v1.HeldOutputs;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.Status;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Masters that come, go, and are deposed. */
final class FailoverTest {
    private FakeNaming naming;

    @BeforeEach
    void start() throws Exception {
        naming = new FakeNaming();
    }

    @AfterEach
    void stop() {
        naming.close();
    }

    @Test
    void restartOfTheMasterRunsNothingTwice() throws Exception {
        try (MasterUnderTest first = new MasterUnderTest(naming).leading();
                FakeWorker worker = new FakeWorker("w1", first.address())) {
            long job = first.submit("r1", 100);
            Grant grant = worker.awaitGrant();
            worker.succeed(grant);
            worker.awaitOrder(Order.OrderCase.ACKNOWLEDGE);
            first.stop();
            try (MasterUnderTest second = new MasterUnderTest(naming).leading()) {
                assertThat(second.submit("r1", 100)).isEqualTo(job);
                worker.connect(second.address(), List.of(), List.of(held(job, grant.getTasks())));
                worker.run(100 - count(grant.getTasks()));
                Job ended = second.awaitEnd(job);
                assertThat(ended.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
                assertThat(worker.ran(job + "/0")).hasSize(100).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void standbyTakesOver() throws Exception {
        try (MasterUnderTest first = new MasterUnderTest(naming).leading();
                MasterUnderTest second = new MasterUnderTest(naming)) {
            first.submit("r1", 1);
            assertThat(reasonOfSubmit(second)).isEqualTo("NOT_LEADING");
            first.stop();
            second.leading();
            assertThat(second.submit("r1", 1)).isEqualTo(1);
            assertThat(second.submit("r2", 1)).isEqualTo(2);
        }
    }

    @Test
    void deposedMasterStopsAndComesBackWithANewEpoch() throws Exception {
        try (MasterUnderTest master = new MasterUnderTest(naming).leading();
                FakeWorker worker = new FakeWorker("w1", master.address())) {
            master.submit("r1", 1);
            worker.awaitGrant();
            long before = epoch(master);
            naming.depose();
            assertThat(worker.awaitEnd().reason()).isEqualTo("NOT_LEADING");
            master.leading();
            assertThat(epoch(master)).isGreaterThan(before);
            assertThat(master.submit("r1", 1)).isEqualTo(1);
            assertThat(master.fatal()).isEmpty();
        }
    }

    @Test
    void masterThatTheLedgerRefusesAnswersNobody() throws Exception {
        try (MasterUnderTest master = new MasterUnderTest(naming).leading()) {
            naming.electAnother();
            assertThat(reasonOfSubmit(master)).isEqualTo("NOT_LEADING");
            assertThat(naming.ledger().entries()).isEmpty();
        }
    }

    @Test
    void commitWithAnUnknownOutcomeIsResolved() throws Exception {
        try (MasterUnderTest master = new MasterUnderTest(naming).leading()) {
            naming.ledger().next(FakeLedger.Trouble.ANSWER_LOST);
            assertThat(master.submit("r1", 1)).isEqualTo(1);
            naming.ledger().next(FakeLedger.Trouble.REQUEST_LOST);
            assertThat(master.submit("r2", 1)).isEqualTo(2);
            assertThat(naming.ledger().entries()).containsKeys("jobs/1/spec", "jobs/2/spec");
        }
    }

    @Test
    void runningTasksOfAWorkerThatComesBackAreNotGrantedAgain() throws Exception {
        try (MasterUnderTest first = new MasterUnderTest(naming).leading();
                FakeWorker worker = new FakeWorker("w1", first.address())) {
            long job = first.submit("r1", 2);
            Grant grant = worker.awaitGrant();
            assertThat(count(grant.getTasks())).isEqualTo(2);
            long epoch = naming.epoch();
            first.stop();
            try (MasterUnderTest second = new MasterUnderTest(naming).leading()) {
                worker.connect(
                        second.address(),
                        List.of(
                                dev.atoll.proto.worker.v1.StageAttempts.newBuilder()
                                        .setJobId(job)
                                        .setAttempt(grant.getAttempt())
                                        .setEpoch(epoch)
                                        .setTasks(grant.getTasks())
                                        .build()),
                        List.of());
                worker.awaitOrder(Order.OrderCase.WELCOME);
                worker.succeed(grant);
                assertThat(second.awaitEnd(job).getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
                assertThat(worker.ran(job + "/0")).hasSize(2);
            }
        }
    }

    @Test
    void outputsOfAnEndedJobAreNotLostBeforeTheirWorkerIsBack() throws Exception {
        try (MasterUnderTest first = new MasterUnderTest(naming).leading();
                FakeWorker worker = new FakeWorker("w1", first.address())) {
            long job = first.submit("r1", 1);
            Grant grant = worker.awaitGrant();
            worker.succeed(grant);
            first.awaitEnd(job);
            first.stop();
            try (MasterUnderTest second = new MasterUnderTest(naming).leading()) {
                ReadOutputRequest request = ReadOutputRequest.newBuilder().setJobId(job).build();
                Throwable thrown =
                        catchThrowable(() ->
                                second.jobs()
                                        .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
                                        .readOutput(request)
                                        .hasNext());
                assertThat(ApiException.from(thrown).code())
                        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
                worker.connect(second.address(), List.of(), List.of(held(job, grant.getTasks())));
                assertThat(second.jobs().readOutput(request).next().getChunks(0).getData())
                        .isEqualTo(FakeWorker.output(job + "/0", 0));
            }
        }
    }

    private static HeldOutputs held(long job, TaskRanges tasks) {
        return HeldOutputs.newBuilder().setJobId(job).setTasks(tasks).build();
    }

    private static int count(TaskRanges tasks) {
        int count = 0;
        for (int i = 1; i < tasks.getBoundsCount(); i += 2) {
            count += tasks.getBounds(i);
        }
        return count;
    }

    private static long epoch(MasterUnderTest master) {
        return master.cluster().getCluster(GetClusterRequest.getDefaultInstance()).getEpoch();
    }

    private static String reasonOfSubmit(MasterUnderTest master) {
        Throwable thrown = catchThrowable(() -> master.submit("other", 1));
        Times.require(thrown != null, "the submission was answered");
        return ApiException.from(thrown).reason();
    }
}
