package dev.atoll.worker.serving;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.TaskRef;
import dev.atoll.proto.worker.v1.ReadPipeRequest;
import dev.atoll.proto.worker.v1.ReadPipeResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.StageWire;
import dev.atoll.worker.attempt.AttemptKey;
import dev.atoll.worker.attempt.LiveAttempt;
import dev.atoll.worker.attempt.LiveAttempts;
import dev.atoll.worker.attempt.PipedOutput;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/** The task behind an attempt in a pipe, which runs on another worker, or on this one. */
final class PipeReading implements PipedOutput.Reader {
    private final Outflow<ReadPipeResponse> out;

    private PipeReading(Outflow<ReadPipeResponse> out) {
        this.out = out;
    }

    /** Takes in a call; must be made while it is being taken in. */
    static void start(
            ReadPipeRequest request,
            LiveAttempts attempts,
            StreamObserver<ReadPipeResponse> responses) {
        AttemptKey key = key(request);
        LiveAttempt attempt =
                attempts.find(key)
                        .orElseThrow(() ->
                                ApiException.notFound(
                                        "ATTEMPT_NOT_FOUND",
                                        "attempt %d of task %s is not on this worker"
                                                .formatted(key.attempt(), key.task())));
        PipedOutput pipe =
                attempt.pipe()
                        .orElseThrow(() ->
                                ApiException.failedPrecondition(
                                        "NO_PIPE",
                                        "what task %s writes is kept".formatted(key.task())));
        Outflow<ReadPipeResponse> out = Outflow.of(responses, () -> {});
        PipeReading reading = new PipeReading(out);
        if (!pipe.take(reading)) {
            throw ApiException.failedPrecondition(
                    "PIPE_TAKEN", "somebody reads the pipe of task %s".formatted(key.task()));
        }
        out.startOnPlatformThread("pipe-" + key.task(), _ -> reading.run(pipe));
    }

    private static AttemptKey key(ReadPipeRequest request) {
        try {
            return new AttemptKey(
                    new TaskRef(
                            StageWire.stageRef(request.getJobId(), request.getStage(), "request"),
                            request.getIndex()),
                    request.getAttempt());
        } catch (MalformedMessageException | IllegalArgumentException e) {
            new FieldChecks()
                    .violation("request", String.valueOf(e.getMessage()), "an attempt")
                    .throwIfAny();
            throw e;
        }
    }

    private void run(PipedOutput pipe) throws IOException, InterruptedException {
        out.tell(ReadPipeResponse.getDefaultInstance());
        pipe.pass(this);
    }

    @Override
    public boolean take(ByteBuffer bytes) throws InterruptedException {
        ByteString data = UnsafeByteOperations.unsafeWrap(bytes);
        try {
            out.send(ReadPipeResponse.newBuilder().setData(data).build());
            return true;
        } catch (Outflow.GoneException e) {
            return false;
        }
    }

    @Override
    public boolean isGone() {
        return out.isGone();
    }

    @Override
    public void abort(Failure failure) {
        out.abort(
                ApiException.of(
                        Status.Code.ABORTED,
                        "WRITER_FAILED",
                        "the task before it in the pipe has failed: "
                                + failure.kind().name().toLowerCase(Locale.ROOT)
                                + (failure.detail().isEmpty() ? "" : ", " + failure.detail())));
    }
}
