package dev.atoll.client;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.proto.job.v1.CancelJobRequest;
import dev.atoll.proto.job.v1.ExplainRequest;
import dev.atoll.proto.job.v1.GetJobRequest;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.job.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.atoll.proto.job.v1.RetryJobRequest;
import dev.atoll.proto.job.v1.WatchJobRequest;
import dev.atoll.proto.job.v1.WatchJobResponse;

import io.grpc.Channel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A handle on a job of the cluster, whether it runs or has ended. Safe for use by threads. */
public final class Job {
    /** The signal that asks a process to end. */
    public static final int SIGNAL_TERM = 15;

    private final Caller caller;
    private final JobId id;

    Job(Caller caller, JobId id) {
        this.caller = caller;
        this.id = id;
    }

    /** The job's number. */
    public JobId id() {
        return id;
    }

    /**
     * Asks where the job stands.
     *
     * @throws NotFoundException when there is no such job
     */
    public JobStatus status() {
        GetJobRequest request = GetJobRequest.newBuilder().setJobId(id.value()).build();
        return WireStatus.job(call(stub -> stub.getJob(request)).getJob());
    }

    /**
     * Tells how the job stands now, and then at each change (at most ten times a second), until it
     * has ended. Goes on through the loss of a connection or of the master.
     *
     * @param listener told on this thread
     * @return the final status
     */
    public JobStatus watch(Consumer<JobStatus> listener) throws InterruptedException {
        WatchJobRequest request = WatchJobRequest.newBuilder().setJobId(id.value()).build();
        try (ResumingStream<WatchJobRequest, WatchJobResponse> stream =
                new ResumingStream<>(
                        caller,
                        (channel, into) ->
                                JobServiceGrpc.newStub(channel).watchJob(request, into))) {
            while (true) {
                Optional<WatchJobResponse> message = stream.take();
                if (message.isEmpty()) {
                    // Ended before the job has: the server stopped in good order.
                    stream.reopen();
                    continue;
                }
                JobStatus status = WireStatus.job(message.get().getJob());
                listener.accept(status);
                if (status.state().isFinal()) {
                    return status;
                }
            }
        }
    }

    /** Waits until the job has ended. */
    public JobStatus waitForEnd() throws InterruptedException {
        return watch(_ -> {});
    }

    /** Opens the outputs that are selected. To be closed. */
    public OutputReader output(OutputSelection selection) {
        return new OutputReader(caller, id, selection);
    }

    /** Opens the results: the standard outputs of the last stage in task order, as they come. */
    public OutputReader output() {
        return output(OutputSelection.results().following());
    }

    /**
     * Waits until the job has ended, and brings the files that its tasks have left ({@link
     * StageRequest.Builder#output}): of all stages, of those tasks that succeeded. All of them are
     * brought, or none. What is there already, just as it comes, is left as it is. Links are
     * brought as links, and nothing is written through one.
     *
     * @param directory where they go, under the paths that they had in the tasks' directories
     * @param replace whether a file that is there and differs is replaced
     * @return how many files and links
     * @throws java.nio.file.FileAlreadyExistsException when a file that differs is there and is not
     *     to be replaced
     * @throws java.nio.file.FileSystemException when two tasks have left the same path, or
     *     something cannot be put where it belongs; it says what
     * @throws IOException when something cannot be written
     */
    public int bringFiles(Path directory, boolean replace)
            throws IOException, InterruptedException {
        return new FilesReader(this, waitForEnd()).layOut(directory, replace);
    }

    /**
     * Attaches to a task that takes its standard input from whoever attaches. To be closed.
     *
     * @param stage the position of the stage
     * @param index the task
     */
    public Attachment attach(int stage, int index) {
        return new Attachment(caller, id, stage, index);
    }

    /** Cancels the job; returns when that is durable. Idempotent. */
    public void cancel(String reason) {
        cancel(SIGNAL_TERM, reason);
    }

    /**
     * Cancels the job.
     *
     * @param signal the first signal to its processes, 1 to 31; KILL follows 5 s later
     * @param reason for whoever asks later, at most 256 characters
     */
    public void cancel(int signal, String reason) {
        cancel(cancelRequest(signal, reason).build());
    }

    /** Cancels some tasks of the stage at this position. */
    public void cancelTasks(int stage, Ranges tasks, int signal, String reason) {
        cancel(cancelRequest(signal, reason).setTasks(Wire.taskSelection(stage, tasks)).build());
    }

    private CancelJobRequest.Builder cancelRequest(int signal, String reason) {
        return CancelJobRequest.newBuilder()
                .setJobId(id.value())
                .setSignal(signal)
                .setReason(reason);
    }

    private void cancel(CancelJobRequest request) {
        Object _ = call(stub -> stub.cancelJob(request));
    }

    /**
     * Opens the job again, once it has ended, for another try of all tasks that failed, were
     * cancelled, or whose outputs are lost.
     *
     * @return how many tasks will be tried again
     * @throws RefusedException when the job has not ended, or there is nothing to retry
     */
    public int retry() {
        return retry(RetryJobRequest.newBuilder().setJobId(id.value()).build());
    }

    /** The same, only for these tasks of the stage at this position. */
    public int retryTasks(int stage, Ranges tasks) {
        return retry(
                RetryJobRequest.newBuilder()
                        .setJobId(id.value())
                        .setTasks(Wire.taskSelection(stage, tasks))
                        .build());
    }

    private int retry(RetryJobRequest request) {
        return call(stub -> stub.retryJob(request)).getTaskCount();
    }

    /** Explains in sentences why the job is where it is, the most important one first. */
    public List<String> explain() {
        ExplainRequest request = ExplainRequest.newBuilder().setJobId(id.value()).build();
        return call(stub -> stub.explain(request)).getSentencesList();
    }

    /** Explains why a task is where it is: why it waits, why it failed, where it ran. */
    public List<String> explainTask(int stage, int index) {
        ExplainRequest request =
                ExplainRequest.newBuilder()
                        .setJobId(id.value())
                        .setTask(Wire.taskSelection(stage, Ranges.of(index)))
                        .build();
        return call(stub -> stub.explain(request)).getSentencesList();
    }

    /** All tasks, in order of stage and index, asked for page by page as the stream is read. */
    public Stream<TaskStatus> tasks() {
        return TaskPages.of(this::call, id, Optional.empty());
    }

    /** The tasks in one state, in order of stage and index. */
    public Stream<TaskStatus> tasks(TaskStatus.State state) {
        return TaskPages.of(this::call, id, Optional.of(state));
    }

    private <T> T call(UnaryCall<T> unary) {
        return caller.call((Channel channel, long leftNanos) ->
                unary.on(
                        JobServiceGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(leftNanos, TimeUnit.NANOSECONDS)));
    }

    /** One call that is answered once. */
    interface UnaryCall<T> {
        /** Makes it. */
        T on(JobServiceBlockingStub stub);
    }
}
