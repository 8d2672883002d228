package dev.atoll.master.testing;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.Ranges;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.worker.v1.AttachAttemptRequest;
import dev.atoll.proto.worker.v1.AttachAttemptResponse;
import dev.atoll.proto.worker.v1.OutputServiceGrpc.OutputServiceImplBase;
import dev.atoll.proto.worker.v1.ReadTaskOutputsRequest;
import dev.atoll.proto.worker.v1.ReadTaskOutputsResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.RangesWire;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Outputs in memory, by "job/stage.index", served a few bytes at a time. */
public final class FakeOutputs extends OutputServiceImplBase {
    private final Map<String, ByteString> stdout = new ConcurrentHashMap<>();
    private final Map<String, ByteString> stderr = new ConcurrentHashMap<>();
    private volatile int chunkBytes = 1 << 20;
    private volatile Optional<Break> breaks = Optional.empty();
    private volatile Function<
                    StreamObserver<AttachAttemptResponse>, StreamObserver<AttachAttemptRequest>>
            attachments = super::attachAttempt;

    /** Where a stream breaks, once. */
    private record Break(String task, int bytes, Runnable first) {}

    public void put(String task, ByteString output) {
        stdout.put(task, output);
    }

    public ByteString get(String task) {
        return stdout.getOrDefault(task, ByteString.EMPTY);
    }

    public void putIfAbsent(String task, ByteString output) {
        stdout.putIfAbsent(task, output);
    }

    public void putError(String task, ByteString output) {
        stderr.put(task, output);
    }

    public void forget(String task) {
        stdout.remove(task);
    }

    public void chunkBytes(int bytes) {
        chunkBytes = bytes;
    }

    /** The next stream that comes to this byte of this task breaks there. */
    public void breakAt(String task, int bytes) {
        breakAt(task, bytes, () -> {});
    }

    /** The same, and before it breaks something else happens. */
    public void breakAt(String task, int bytes, Runnable first) {
        breaks = Optional.of(new Break(task, bytes, first));
    }

    public void onAttach(
            Function<StreamObserver<AttachAttemptResponse>, StreamObserver<AttachAttemptRequest>>
                    handler) {
        attachments = handler;
    }

    @Override
    public void readTaskOutputs(
            ReadTaskOutputsRequest request, StreamObserver<ReadTaskOutputsResponse> responses) {
        var call = (ServerCallStreamObserver<ReadTaskOutputsResponse>) responses;
        Ranges tasks = RangesWire.fromProto(request.getTasks(), "tasks");
        PrimitiveIterator.OfInt indexes = tasks.indexes();
        while (indexes.hasNext()) {
            int index = indexes.nextInt();
            String task = "%d/%d.%d".formatted(request.getJobId(), request.getStage(), index);
            if (!stdout.containsKey(task)) {
                throw ApiException.notFound("OUTPUT_NOT_FOUND", "no output of " + task)
                        .with("tasks", index);
            }
            for (int i = 0; i < request.getStreamsCount(); i++) {
                boolean last = i == request.getStreamsCount() - 1;
                send(index, task, request.getStreams(i), last, call);
            }
        }
        responses.onCompleted();
    }

    private void send(
            int index,
            String task,
            OutputStream stream,
            boolean lastStream,
            StreamObserver<ReadTaskOutputsResponse> out) {
        ByteString data =
                (stream == OutputStream.OUTPUT_STREAM_STDERR ? stderr : stdout)
                        .getOrDefault(task, ByteString.EMPTY);
        int at = 0;
        do {
            int end = Math.min(data.size(), at + chunkBytes);
            Optional<Break> here = breaks;
            if (here.isPresent() && here.get().task().equals(task) && at >= here.get().bytes()) {
                breaks = Optional.empty();
                here.get().first().run();
                throw ApiException.unavailable("BROKEN", "told to break at " + task);
            }
            out.onNext(
                    ReadTaskOutputsResponse.newBuilder()
                            .addChunks(
                                    OutputChunk.newBuilder()
                                            .setIndex(index)
                                            .setStream(stream)
                                            .setData(data.substring(at, end))
                                            .setLast(lastStream && end == data.size()))
                            .build());
            at = end;
        } while (at < data.size());
    }

    @Override
    public StreamObserver<AttachAttemptRequest> attachAttempt(
            StreamObserver<AttachAttemptResponse> responses) {
        return attachments.apply(responses);
    }
}
