package dev.atoll.master.testing;

import com.google.protobuf.ByteString;

import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.AttachmentEnded;
import dev.atoll.proto.job.v1.AttachmentStarted;
import dev.atoll.proto.job.v1.InputTaken;
import dev.atoll.proto.worker.v1.AttachAttemptRequest;
import dev.atoll.proto.worker.v1.AttachAttemptResponse;

import io.grpc.stub.StreamObserver;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** An attempt on a worker that echoes its input, and says what else it was told. */
public final class EchoAttempt {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private long inputBytes;
    private volatile StreamObserver<AttachAttemptResponse> out;

    /** What was told, but for input: "open 1", "close", "signal 1", "detach", "gone". */
    public String awaitTold() throws InterruptedException {
        return Times.take(told, "word from the client");
    }

    /** Says that the process has ended. */
    public void end() {
        send(AttachTaskResponse.newBuilder().setEnded(AttachmentEnded.getDefaultInstance()));
        out.onCompleted();
    }

    /** Breaks the stream. */
    public void breakOff() {
        out.onError(io.grpc.Status.UNAVAILABLE.asRuntimeException());
    }

    public void write(ByteString data) {
        send(AttachTaskResponse.newBuilder().setStdout(data));
    }

    public StreamObserver<AttachAttemptRequest> attach(
            StreamObserver<AttachAttemptResponse> responses) {
        out = responses;
        return new StreamObserver<>() {
            @Override
            public void onNext(AttachAttemptRequest request) {
                hear(request);
            }

            @Override
            public void onError(Throwable cancelled) {
                told.add("gone");
            }

            @Override
            public void onCompleted() {
                told.add("completed");
            }
        };
    }

    private void hear(AttachAttemptRequest message) {
        AttachTaskRequest request = message.getRequest();
        switch (request.getRequestCase()) {
            case OPEN -> {
                send(
                        AttachTaskResponse.newBuilder()
                                .setStarted(
                                        AttachmentStarted.newBuilder()
                                                .setAttempt(message.getAttempt())
                                                .setInputOffset(inputBytes)));
                told.add("open " + message.getAttempt());
            }
            case STDIN -> {
                inputBytes += request.getStdin().size();
                write(request.getStdin());
                send(
                        AttachTaskResponse.newBuilder()
                                .setInputTaken(InputTaken.newBuilder().setOffset(inputBytes)));
            }
            case CLOSE_INPUT -> told.add("close");
            case SIGNAL -> told.add("signal " + request.getSignal());
            case DETACH -> {
                told.add("detach");
                out.onCompleted();
            }
            case REQUEST_NOT_SET -> throw new AssertionError("nothing was told");
        }
    }

    private synchronized void send(AttachTaskResponse.Builder response) {
        out.onNext(AttachAttemptResponse.newBuilder().setResponse(response).build());
    }
}
