package dev.atoll.client;

import com.google.protobuf.ByteString;

import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.CancelJobRequest;
import dev.atoll.proto.job.v1.CancelJobResponse;
import dev.atoll.proto.job.v1.GetJobRequest;
import dev.atoll.proto.job.v1.GetJobResponse;
import dev.atoll.proto.job.v1.Job;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.job.v1.JobState;
import dev.atoll.proto.job.v1.ListJobsRequest;
import dev.atoll.proto.job.v1.ListJobsResponse;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.job.v1.ReadOutputRequest;
import dev.atoll.proto.job.v1.ReadOutputResponse;
import dev.atoll.proto.job.v1.StageStatus;
import dev.atoll.proto.job.v1.SubmitJobRequest;
import dev.atoll.proto.job.v1.SubmitJobResponse;
import dev.atoll.proto.job.v1.TaskRanges;
import dev.atoll.proto.job.v1.WatchJobRequest;
import dev.atoll.proto.job.v1.WatchJobResponse;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** A master that plays what a test has written for it, on a real port. */
final class FakeMaster extends JobServiceGrpc.JobServiceImplBase implements AutoCloseable {
    private final Server server;
    private final Queue<ApiException> troubles = new ArrayDeque<>();
    private final Map<String, Long> jobsByRequest = new LinkedHashMap<>();
    private final List<byte[]> outputs = new ArrayList<>();
    private final List<ReadOutputRequest> reads = new ArrayList<>();
    private final List<SubmitJobRequest> submits = new ArrayList<>();
    private final List<CancelJobRequest> cancels = new ArrayList<>();
    private final Queue<Integer> cutAfterChunks = new ArrayDeque<>();
    private final Queue<List<Job>> watched = new ArrayDeque<>();
    private final CountDownLatch called = new CountDownLatch(1);
    private boolean frozen;
    private int watchCount;
    private int chunkBytes = 7;
    private Function<StreamObserver<AttachTaskResponse>, StreamObserver<AttachTaskRequest>>
            attachment =
                    _ -> {
                        throw new AssertionError("nobody expected an attachment");
                    };

    FakeMaster(FakeBlobs blobs, BindableService... more) throws IOException {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                        .addService(this)
                        .addService(blobs);
        for (BindableService service : more) {
            builder.addService(service);
        }
        server = builder.build().start();
    }

    FakeMaster() throws IOException {
        this(new FakeBlobs());
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** The next calls of any kind fail like this, one each. */
    synchronized FakeMaster failsFirst(ApiException... errors) {
        troubles.addAll(List.of(errors));
        return this;
    }

    /** No call is answered. */
    synchronized FakeMaster freezes() {
        frozen = true;
        return this;
    }

    /** Waits for the first call that may go unanswered. */
    void awaitCall() throws InterruptedException {
        called.await();
    }

    /** The job has one stage whose tasks wrote this. */
    synchronized FakeMaster withOutputs(String... taskOutputs) {
        for (String output : taskOutputs) {
            outputs.add(output.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return this;
    }

    synchronized FakeMaster withChunkBytes(int bytes) {
        chunkBytes = bytes;
        return this;
    }

    /** The next reading of outputs breaks off after so many chunks, and so on. */
    synchronized FakeMaster cutsReadingAfter(Integer... chunks) {
        cutAfterChunks.addAll(List.of(chunks));
        return this;
    }

    /** What the next watch tells before it breaks off, and so on; the last one ends in order. */
    synchronized FakeMaster withWatch(List<Job> states) {
        watched.add(states);
        return this;
    }

    synchronized FakeMaster withAttachment(
            Function<StreamObserver<AttachTaskResponse>, StreamObserver<AttachTaskRequest>> play) {
        attachment = play;
        return this;
    }

    synchronized List<SubmitJobRequest> submits() {
        return List.copyOf(submits);
    }

    synchronized List<ReadOutputRequest> reads() {
        return List.copyOf(reads);
    }

    synchronized List<CancelJobRequest> cancels() {
        return List.copyOf(cancels);
    }

    synchronized int watchCount() {
        return watchCount;
    }

    static Job job(JobState state, int taskCount, int succeeded) {
        return Job.newBuilder()
                .setJobId(1)
                .setState(state)
                .addStages(
                        StageStatus.newBuilder()
                                .setName("stage-0")
                                .setTaskCount(taskCount)
                                .setSucceededCount(succeeded))
                .build();
    }

    @Override
    public synchronized void submitJob(
            SubmitJobRequest request, StreamObserver<SubmitJobResponse> answer) {
        submits.add(request);
        // As after a commit whose answer is lost: the job is there, the client does not know.
        long id =
                jobsByRequest.computeIfAbsent(
                        request.getRequestId(), _ -> jobsByRequest.size() + 1L);
        if (failed(answer)) {
            return;
        }
        answer.onNext(SubmitJobResponse.newBuilder().setJobId(id).build());
        answer.onCompleted();
    }

    @Override
    public synchronized void getJob(GetJobRequest request, StreamObserver<GetJobResponse> answer) {
        if (failed(answer)) {
            return;
        }
        answer.onNext(
                GetJobResponse.newBuilder()
                        .setJob(job(JobState.JOB_STATE_SUCCEEDED, outputs.size(), outputs.size()))
                        .build());
        answer.onCompleted();
    }

    @Override
    public synchronized void listJobs(
            ListJobsRequest request, StreamObserver<ListJobsResponse> answer) {
        if (failed(answer)) {
            return;
        }
        int first = request.getPageToken().isEmpty() ? 1 : Integer.parseInt(request.getPageToken());
        ListJobsResponse.Builder page = ListJobsResponse.newBuilder();
        for (int id = first; id < first + 3 && id <= 7; id++) {
            page.addJobs(job(JobState.JOB_STATE_RUNNING, 1, 0).toBuilder().setJobId(id));
        }
        answer.onNext(page.setNextPageToken(first + 3 <= 7 ? "" + (first + 3) : "").build());
        answer.onCompleted();
    }

    @Override
    public synchronized void cancelJob(
            CancelJobRequest request, StreamObserver<CancelJobResponse> answer) {
        cancels.add(request);
        answer.onNext(CancelJobResponse.getDefaultInstance());
        answer.onCompleted();
    }

    @Override
    public synchronized void watchJob(
            WatchJobRequest request, StreamObserver<WatchJobResponse> answer) {
        watchCount++;
        if (failed(answer)) {
            return;
        }
        for (Job state : watched.remove()) {
            answer.onNext(WatchJobResponse.newBuilder().setJob(state).build());
        }
        if (watched.isEmpty()) {
            answer.onCompleted();
        } else {
            answer.onError(ApiException.unavailable("", "cut off").toStatusException());
        }
    }

    /** Every second task is sent first when order does not matter. */
    @Override
    public synchronized void readOutput(
            ReadOutputRequest request, StreamObserver<ReadOutputResponse> answer) {
        reads.add(request);
        if (failed(answer)) {
            return;
        }
        List<OutputChunk> chunks = new ArrayList<>();
        for (int index : order(request)) {
            chunks.addAll(chunks(index));
        }
        Integer cut = cutAfterChunks.poll();
        int sent = cut == null ? chunks.size() : Math.min(cut, chunks.size());
        ServerCallStreamObserver<ReadOutputResponse> stream =
                (ServerCallStreamObserver<ReadOutputResponse>) answer;
        for (OutputChunk chunk : chunks.subList(0, sent)) {
            stream.onNext(ReadOutputResponse.newBuilder().addChunks(chunk).build());
        }
        if (cut == null) {
            stream.onCompleted();
        } else {
            stream.onError(ApiException.unavailable("", "cut off").toStatusException());
        }
    }

    @Override
    public StreamObserver<AttachTaskRequest> attachTask(StreamObserver<AttachTaskResponse> answer) {
        return attachment.apply(answer);
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private boolean failed(StreamObserver<?> answer) {
        called.countDown();
        if (frozen) {
            return true;
        }
        ApiException trouble = troubles.poll();
        if (trouble == null) {
            return false;
        }
        answer.onError(trouble.toStatusException());
        return true;
    }

    private List<Integer> order(ReadOutputRequest request) {
        List<Integer> indexes = new ArrayList<>();
        if (request.hasTasks() && request.getTasks().hasTasks()) {
            TaskRanges ranges = request.getTasks().getTasks();
            for (int i = 0; i < ranges.getBoundsCount(); i += 2) {
                for (int k = 0; k < ranges.getBounds(i + 1); k++) {
                    indexes.add(ranges.getBounds(i) + k);
                }
            }
        } else {
            for (int i = 0; i < outputs.size(); i++) {
                indexes.add(i);
            }
        }
        if (request.getUnordered()) {
            indexes.sort((a, b) -> a % 2 != b % 2 ? b % 2 - a % 2 : a - b);
        }
        return indexes;
    }

    private List<OutputChunk> chunks(int index) {
        byte[] bytes = outputs.get(index);
        List<OutputChunk> chunks = new ArrayList<>();
        int at = 0;
        do {
            int size = Math.min(chunkBytes, bytes.length - at);
            chunks.add(
                    OutputChunk.newBuilder()
                            .setIndex(index)
                            .setStream(OutputStream.OUTPUT_STREAM_STDOUT)
                            .setData(ByteString.copyFrom(bytes, at, size))
                            .setLast(at + size == bytes.length)
                            .build());
            at += size;
        } while (at < bytes.length);
        return chunks;
    }
}
