package dev.atoll.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.atoll.master.testing.FakeNaming;
import dev.atoll.master.testing.FakeWorker;
import dev.atoll.master.testing.MasterUnderTest;
import dev.atoll.master.testing.Times;
import dev.atoll.proto.job.v1.CancelJobRequest;
import dev.atoll.proto.job.v1.ExplainRequest;
import dev.atoll.proto.job.v1.Failure;
import dev.atoll.proto.job.v1.GetJobRequest;
import dev.atoll.proto.job.v1.Job;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.job.v1.JobState;
import dev.atoll.proto.job.v1.ListJobsRequest;
import dev.atoll.proto.job.v1.ListJobsResponse;
import dev.atoll.proto.job.v1.ListTasksRequest;
import dev.atoll.proto.job.v1.ListTasksResponse;
import dev.atoll.proto.job.v1.RetryJobRequest;
import dev.atoll.proto.job.v1.Task;
import dev.atoll.proto.job.v1.TaskRanges;
import dev.atoll.proto.job.v1.TaskSelection;
import dev.atoll.proto.job.v1.TaskState;
import dev.atoll.proto.job.v1.WatchJobRequest;
import dev.atoll.proto.worker.v1.Grant;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.runtime.grpc.ApiException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Jobs from their submission to their result, over real connections. */
final class JobLifeTest {
    private FakeNaming naming;
    private MasterUnderTest master;

    @BeforeEach
    void start() throws Exception {
        naming = new FakeNaming();
        master = new MasterUnderTest(naming).leading();
    }

    @AfterEach
    void stop() {
        master.close();
        naming.close();
    }

    @Test
    void jobRunsToItsEnd() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            long job = master.submit("r1", 10);
            worker.run(10);
            Job ended = master.awaitEnd(job);
            assertThat(ended.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
            assertThat(ended.getStages(0).getSucceededByWorkerMap()).containsEntry("w1", 10);
            assertThat(ended.hasEndTime()).isTrue();
        }
    }

    @Test
    void nothingOfAJobIsToldBeforeTheLedgerHoldsIt() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            worker.awaitOrder(Order.OrderCase.WELCOME);
            naming.ledger().hold();
            var jobs = JobServiceGrpc.newFutureStub(master.channel());
            var answer = jobs.submitJob(MasterUnderTest.submission("r1", 1));
            naming.ledger().awaitHeldCommit();
            var asked = jobs.getJob(GetJobRequest.newBuilder().setJobId(1).build());
            // A worker that comes now goes through the loop after the question did.
            try (FakeWorker second = new FakeWorker("w2", master.address())) {
                second.awaitOrder(Order.OrderCase.WELCOME);
                assertThat(second.orderCount()).isZero();
            }
            assertThat(answer.isDone()).isFalse();
            assertThat(asked.isDone()).isFalse();
            assertThat(worker.orderCount()).isZero();
            assertThat(naming.ledger().entries().keySet())
                    .noneMatch(key -> key.startsWith("jobs/"));
            naming.ledger().release();
            assertThat(answer.get(Times.LONG_SECONDS, Times.UNIT).getJobId()).isEqualTo(1);
            assertThat(naming.ledger().entries()).containsKey("jobs/1/spec");
            assertThat(asked.get(Times.LONG_SECONDS, Times.UNIT).getJob().getJobId()).isEqualTo(1);
            worker.run(1);
        }
    }

    @Test
    void moreTasksOfADurableJobAreGivenWithoutWaitingForTheLedger() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            master.submit("r1", 100);
            Grant grant = worker.awaitGrant();
            naming.ledger().hold();
            worker.succeed(grant);
            naming.ledger().awaitHeldCommit();
            worker.awaitGrant();
            naming.ledger().release();
        }
    }

    @Test
    void repeatOfARequestIsTheSameJob() {
        long first = master.submit("same", 3);
        assertThat(master.submit("same", 3)).isEqualTo(first);
        assertThat(master.submit("other", 3)).isNotEqualTo(first);
    }

    @Test
    void reportIsAcknowledgedOnlyWhenItIsDurable() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            master.submit("r1", 1);
            Grant grant = worker.awaitGrant();
            naming.ledger().hold();
            worker.succeed(grant);
            naming.ledger().awaitHeldCommit();
            assertThat(naming.ledger().entries()).doesNotContainKey("jobs/1/progress/0/0");
            naming.ledger().release();
            worker.awaitOrder(Order.OrderCase.ACKNOWLEDGE);
            assertThat(naming.ledger().entries()).containsKey("jobs/1/progress/0/0");
        }
    }

    @Test
    void millionTasksAreAcceptedInTwoEntries() {
        long job = master.submit("r1", 1_000_000);
        assertThat(naming.ledger().entries()).hasSize(2);
        assertThat(get(job).getStages(0).getWaitingCount()).isEqualTo(1_000_000);
    }

    @Test
    void watchEndsAfterTheFinalState() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            long job = master.submit("r1", 2);
            var watch = master.jobs().watchJob(WatchJobRequest.newBuilder().setJobId(job).build());
            assertThat(watch.next().getJob().getJobId()).isEqualTo(job);
            worker.run(2);
            List<JobState> states = new ArrayList<>();
            watch.forEachRemaining(message -> states.add(message.getJob().getState()));
            assertThat(states).endsWith(JobState.JOB_STATE_SUCCEEDED);
            assertThat(states.stream().filter(JobState.JOB_STATE_SUCCEEDED::equals)).hasSize(1);
        }
    }

    @Test
    void failedTaskIsDataAndCanBeRetried() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            long job = master.submit("r1", 1);
            Failure failure =
                    Failure.newBuilder().setKind(Failure.Kind.KIND_EXIT).setCode(3).build();
            worker.fail(worker.awaitGrant(), failure);
            Job ended = master.awaitEnd(job);
            assertThat(ended.getState()).isEqualTo(JobState.JOB_STATE_FAILED);
            assertThat(tasks(job, TaskState.TASK_STATE_FAILED))
                    .extracting(task -> task.getFailure().getCode())
                    .containsExactly(3);
            var retried =
                    master.jobs().retryJob(RetryJobRequest.newBuilder().setJobId(job).build());
            assertThat(retried.getTaskCount()).isEqualTo(1);
            worker.run(1);
            assertThat(master.awaitEnd(job).getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
        }
    }

    @Test
    void cancelledJobStopsWhatRuns() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            long job = master.submit("r1", 3);
            Grant grant = worker.awaitGrant();
            master.jobs()
                    .cancelJob(
                            CancelJobRequest.newBuilder()
                                    .setJobId(job)
                                    .setReason("not needed")
                                    .setSignal(2)
                                    .build());
            var stop = worker.awaitOrder(Order.OrderCase.STOP).getStop();
            assertThat(stop.getSignal()).isEqualTo(2);
            worker.fail(grant, Failure.newBuilder().setKind(Failure.Kind.KIND_CANCELLED).build());
            Job ended = master.awaitEnd(job);
            assertThat(ended.getState()).isEqualTo(JobState.JOB_STATE_CANCELLED);
            assertThat(ended.getStateReason()).contains("not needed");
        }
    }

    @Test
    void jobsAndTasksAreListedInPages() {
        for (int i = 1; i <= 5; i++) {
            master.submit("r" + i, 7);
        }
        List<Long> jobs = new ArrayList<>();
        String token = "";
        do {
            ListJobsResponse page =
                    master.jobs()
                            .listJobs(
                                    ListJobsRequest.newBuilder()
                                            .setPageSize(2)
                                            .setPageToken(token)
                                            .build());
            page.getJobsList().forEach(job -> jobs.add(job.getJobId()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        assertThat(jobs).containsExactly(5L, 4L, 3L, 2L, 1L);
        assertThat(tasks(1, TaskState.TASK_STATE_UNSPECIFIED))
                .extracting(Task::getIndex)
                .containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(tasks(1, TaskState.TASK_STATE_RUNNING)).isEmpty();
    }

    @Test
    void explanationsAreGiven() {
        long job = master.submit("r1", 2);
        var ofJob = master.jobs().explain(ExplainRequest.newBuilder().setJobId(job).build());
        assertThat(ofJob.getSentencesList()).isNotEmpty();
        var ofTask =
                master.jobs()
                        .explain(
                                ExplainRequest.newBuilder()
                                        .setJobId(job)
                                        .setTask(selection(0, 1, 1))
                                        .build());
        assertThat(ofTask.getSentencesList()).isNotEmpty();
        assertThat(ofTask.getTask().getIndex()).isEqualTo(1);
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        master.submit("r1", 2);
        assertThat(reason(() -> get(99))).isEqualTo("JOB_NOT_FOUND");
        assertThat(reason(() -> get(0))).isEqualTo("JOB_NOT_FOUND");
        assertThat(reason(() -> tasks(99, TaskState.TASK_STATE_UNSPECIFIED)))
                .isEqualTo("JOB_NOT_FOUND");
        assertThat(
                        reason(() ->
                                master.jobs()
                                        .explain(
                                                ExplainRequest.newBuilder()
                                                        .setJobId(1)
                                                        .setTask(selection(0, 5, 1))
                                                        .build())))
                .isEqualTo("TASK_NOT_FOUND");
        assertThat(reason(() -> master.awaitEnd(99))).isEqualTo("JOB_NOT_FOUND");
    }

    @Test
    void refusalsCarryTheirReason() {
        long job = master.submit("r1", 2);
        assertThat(
                        reason(() ->
                                master.jobs()
                                        .retryJob(
                                                RetryJobRequest.newBuilder()
                                                        .setJobId(job)
                                                        .build())))
                .isEqualTo("JOB_ACTIVE");
        assertThat(reason(() -> master.submit("too-many", 10_000_000))).isEmpty();
        assertThat(reason(() -> master.submit("too-many-2", 10_000_000)))
                .isEqualTo("TOO_MANY_TASKS");
    }

    private Job get(long job) {
        return master.jobs().getJob(GetJobRequest.newBuilder().setJobId(job).build()).getJob();
    }

    private List<Task> tasks(long job, TaskState state) {
        List<Task> tasks = new ArrayList<>();
        String token = "";
        do {
            ListTasksResponse page =
                    master.jobs()
                            .listTasks(
                                    ListTasksRequest.newBuilder()
                                            .setJobId(job)
                                            .setState(state)
                                            .setPageSize(3)
                                            .setPageToken(token)
                                            .build());
            tasks.addAll(page.getTasksList());
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return tasks;
    }

    private static TaskSelection selection(int stage, int first, int count) {
        return TaskSelection.newBuilder()
                .setStage(stage)
                .setTasks(TaskRanges.newBuilder().addBounds(first).addBounds(count))
                .build();
    }

    private static String reason(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        return thrown == null ? "" : ApiException.from(thrown).reason();
    }
}
