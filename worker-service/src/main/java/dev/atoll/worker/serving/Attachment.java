package dev.atoll.worker.serving;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.AttachmentEnded;
import dev.atoll.proto.job.v1.AttachmentStarted;
import dev.atoll.proto.job.v1.InputTaken;
import dev.atoll.proto.job.v1.OpenAttachment;
import dev.atoll.proto.worker.v1.AttachAttemptRequest;
import dev.atoll.proto.worker.v1.AttachAttemptResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.FailureWire;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.StageWire;
import dev.atoll.worker.attempt.AttemptKey;
import dev.atoll.worker.attempt.LiveAttempt;
import dev.atoll.worker.attempt.LiveAttempts;
import dev.atoll.worker.segment.AttemptOutput;
import dev.atoll.worker.segment.Channel;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One who is attached to an attempt: standard input and signals up; outputs from the first byte on,
 * and the end, down.
 */
final class Attachment implements StreamObserver<AttachAttemptRequest>, LiveAttempt.Attached {
    /* When the stream breaks, the attempt goes on: the master may have failed over, and whoever is
     * attached comes back through the next one. That a client has hung up is told by the master, with
     * a signal. Signals pass bytes of input that the process has not taken, as long as those are few
     * messages: so many are asked for ahead. */
    private static final int MESSAGES_AHEAD = 8;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int SIGNAL_MAX = 31;

    /** How long it may take to notice that the caller is gone, when there is nothing to send. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final LiveAttempts attempts;
    private final WorkerId self;
    private final ServerCallStreamObserver<AttachAttemptResponse> stream;
    private final Outflow<AttachAttemptResponse> out;
    private volatile Optional<LiveAttempt> attached = Optional.empty();
    private volatile boolean detached;
    private volatile long epoch;

    /** Takes in a call; must be made while it is being taken in. */
    Attachment(
            LiveAttempts attempts, WorkerId self, StreamObserver<AttachAttemptResponse> responses) {
        this.attempts = attempts;
        this.self = self;
        this.stream = (ServerCallStreamObserver<AttachAttemptResponse>) responses;
        this.out = Outflow.of(responses, this::leave);
        stream.disableAutoRequest();
        stream.request(MESSAGES_AHEAD);
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public void replaced() {
        leave();
    }

    @Override
    public void onNext(AttachAttemptRequest message) {
        if (detached) {
            return;
        }
        AttachTaskRequest request = message.getRequest();
        boolean isAnswered = false;
        switch (request.getRequestCase()) {
            case OPEN -> {
                epoch = message.getEpoch();
                open(request.getOpen(), message.getAttempt());
            }
            case STDIN ->
                    isAnswered = attached.map(attempt -> feed(attempt, request)).orElse(false);
            case CLOSE_INPUT ->
                    attached.ifPresent(attempt -> attempt.attachedInput().end(offset(request)));
            case SIGNAL -> attached.ifPresent(attempt -> signal(attempt, request.getSignal()));
            case DETACH -> leave();
            case REQUEST_NOT_SET -> {}
        }
        if (!isAnswered) {
            stream.request(1);
        }
    }

    @Override
    public void onError(Throwable cancelled) {
        leave();
    }

    @Override
    public void onCompleted() {
        // The outputs go on: who has no more to say may still listen.
    }

    private void open(OpenAttachment open, int number) {
        if (attached.isPresent()) {
            return;
        }
        AttemptKey key;
        try {
            key =
                    new AttemptKey(
                            new TaskRef(
                                    StageWire.stageRef(open.getJobId(), open.getStage(), "open"),
                                    open.getIndex()),
                            number);
        } catch (MalformedMessageException | IllegalArgumentException e) {
            out.fail(
                    ApiException.of(
                            Status.Code.INVALID_ARGUMENT,
                            ApiException.INVALID_FIELDS,
                            String.valueOf(e.getMessage())));
            return;
        }
        Optional<LiveAttempt> found = attempts.find(key);
        if (found.isEmpty()) {
            out.fail(
                    ApiException.notFound(
                            "ATTEMPT_NOT_FOUND",
                            "attempt %d of task %s is not on this worker"
                                    .formatted(number, key.task())));
        } else if (!found.get().attach(this)) {
            out.fail(
                    ApiException.failedPrecondition(
                            "ALREADY_ATTACHED",
                            "somebody is attached to task %s".formatted(key.task())));
        } else {
            attached = found;
            AttemptOutput output = found.get().output().hold();
            out.start("attachment", _ -> follow(found.get(), output));
        }
    }

    /** Whether the next message is asked for later, when the process has taken this one. */
    private boolean feed(LiveAttempt attempt, AttachTaskRequest request) {
        ByteBuffer bytes = request.getStdin().asReadOnlyByteBuffer();
        return attempt.attachedInput().add(offset(request), bytes, this::taken);
    }

    private void taken(long inputBytes) {
        out.tell(
                AttachAttemptResponse.newBuilder()
                        .setResponse(
                                AttachTaskResponse.newBuilder()
                                        .setInputTaken(
                                                InputTaken.newBuilder().setOffset(inputBytes)))
                        .build());
        stream.request(1);
    }

    private static OptionalLong offset(AttachTaskRequest request) {
        return request.hasInputOffset()
                ? OptionalLong.of(request.getInputOffset())
                : OptionalLong.empty();
    }

    private static void signal(LiveAttempt attempt, int signal) {
        if (signal >= 1 && signal <= SIGNAL_MAX) {
            attempt.signal(signal);
        }
    }

    /** Gives the attempt free; the outputs end soon. */
    private synchronized void leave() {
        if (!detached) {
            detached = true;
            attached.ifPresent(attempt -> attempt.detach(this));
        }
    }

    private void follow(LiveAttempt attempt, AttemptOutput output)
            throws IOException, InterruptedException, Outflow.GoneException {
        try (output) {
            attempt.started().join();
            send(
                    AttachTaskResponse.newBuilder()
                            .setStarted(
                                    AttachmentStarted.newBuilder()
                                            .setWorkerId(self.value())
                                            .setAttempt(attempt.key().attempt())
                                            .setInputOffset(attempt.attachedInput().accepted())));
            if (passAll(output)) {
                Optional<Failure> failure = attempt.ended().join();
                AttachmentEnded.Builder end = AttachmentEnded.newBuilder();
                failure.ifPresent(it -> end.setFailure(FailureWire.toProto(it)));
                send(AttachTaskResponse.newBuilder().setEnded(end));
            }
        } finally {
            leave();
        }
    }

    /** Passes the outputs on until they end, or the caller leaves; whether they ended. */
    private boolean passAll(AttemptOutput output)
            throws IOException, InterruptedException, Outflow.GoneException {
        long outputDone = 0;
        long errorDone = 0;
        while (!detached) {
            boolean ended = output.isEnded();
            long before = outputDone + errorDone;
            outputDone += pass(output, Channel.STDOUT, outputDone);
            errorDone += pass(output, Channel.STDERR, errorDone);
            if (outputDone + errorDone == before) {
                if (ended) {
                    return true;
                }
                output.awaitNews(before, PATIENCE);
            }
        }
        return false;
    }

    private int pass(AttemptOutput output, Channel channel, long position)
            throws IOException, InterruptedException, Outflow.GoneException {
        ByteBuffer piece =
                ByteBuffer.allocate((int) Math.min(PIECE_BYTES, output.length(channel) - position));
        int count = output.read(channel, position, piece);
        if (count > 0) {
            ByteString bytes = UnsafeByteOperations.unsafeWrap(piece.flip());
            AttachTaskResponse.Builder response = AttachTaskResponse.newBuilder();
            send(
                    switch (channel) {
                        case STDOUT -> response.setStdout(bytes);
                        case STDERR -> response.setStderr(bytes);
                        case FILES -> throw new IllegalArgumentException("nobody hears files");
                    });
        }
        return count;
    }

    private void send(AttachTaskResponse.Builder response)
            throws InterruptedException, Outflow.GoneException {
        out.send(AttachAttemptResponse.newBuilder().setResponse(response).build());
    }
}
