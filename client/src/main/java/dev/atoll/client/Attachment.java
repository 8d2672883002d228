package dev.atoll.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.CloseInput;
import dev.atoll.proto.job.v1.Detach;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.job.v1.OpenAttachment;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.stream.DeliveredPrefix;
import dev.atoll.runtime.stream.OutputDiffersException;

import io.grpc.Channel;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The line to a task that runs: its standard input and signals up, its outputs and its end down.
 * One thread takes the events, one may write input, any may send signals.
 *
 * <p>When the line breaks it is opened again, and outputs go on where they were. Only input cannot:
 * nobody knows how much of it arrived, so the loss is reported if any was written.
 */
public final class Attachment implements AutoCloseable {
    private static final int WINDOW = 8;
    private static final int PIECE_BYTES_MAX = 256 << 10;

    /** How long the writer waits for a line that is broken. */
    private static final Duration REOPENING_MAX = Duration.ofMinutes(2);

    private final Caller caller;
    private final OpenAttachment opening;
    private final Semaphore changed = new Semaphore(0);
    private final AtomicLong inputBytes = new AtomicLong();
    private final DeliveredPrefix stdout = new DeliveredPrefix();
    private final DeliveredPrefix stderr = new DeliveredPrefix();
    private volatile boolean inputClosed;
    private volatile boolean left;
    private volatile boolean ended;
    private volatile Line line;
    private Caller.@Nullable Patience patience;
    private int attempt;

    private record Line(
            Channel channel, InboundStream<AttachTaskRequest, AttachTaskResponse> down) {}

    /** What one hears of the task. */
    public sealed interface Event {
        /**
         * The task runs.
         *
         * @param workerId where
         * @param attempt from 1; when it has grown, the attempt before was lost and the task runs
         *     again from its beginning. What it writes again is left out.
         */
        record Started(String workerId, int attempt) implements Event {}

        /** Bytes of standard output; read-only. */
        record Stdout(ByteBuffer data) implements Event {}

        /** Bytes of standard error; read-only. */
        record Stderr(ByteBuffer data) implements Event {}

        /**
         * The task has ended and its result is durable. The last event.
         *
         * @param failure how it failed, if it did
         */
        record Ended(Optional<Failure> failure) implements Event {}
    }

    Attachment(Caller caller, JobId job, int stage, int index) {
        this.caller = caller;
        this.opening =
                OpenAttachment.newBuilder()
                        .setJobId(job.value())
                        .setStage(stage)
                        .setIndex(index)
                        .build();
        this.line = open();
    }

    /**
     * Waits for the next event; empty after the last.
     *
     * @throws ClusterUnavailableException when the line is broken and cannot be opened again
     * @throws OutputLostException when the task runs again and writes something else
     * @throws AtollException when the answer is an error
     */
    public Optional<Event> next() throws InterruptedException {
        while (true) {
            try {
                Optional<AttachTaskResponse> response = line.down().take();
                caller.answered();
                patience = null;
                if (response.isEmpty()) {
                    end();
                    return Optional.empty();
                }
                @Nullable Event event = event(response.get());
                if (event != null) {
                    return Optional.of(event);
                }
            } catch (ApiException e) {
                reopenOrEnd(e);
            }
        }
    }

    /** How many bytes of input have been written. */
    public long inputBytes() {
        return inputBytes.get();
    }

    /**
     * Writes to the task's standard input; waits while the line is full, or is opened again by
     * whoever takes the events. Does nothing once the task has ended.
     */
    public void write(ByteBuffer data) throws InterruptedException {
        while (data.hasRemaining()) {
            Optional<InboundStream<AttachTaskRequest, AttachTaskResponse>> down = awaitRoom();
            if (down.isEmpty()) {
                return;
            }
            writePiece(data, down.get());
        }
    }

    /** The present line, when there is room in it; empty if nobody listens any more. */
    private Optional<InboundStream<AttachTaskRequest, AttachTaskResponse>> awaitRoom()
            throws InterruptedException {
        while (true) {
            var down = line.down();
            if (!down.isOver()) {
                if (down.call().isReady()) {
                    return Optional.of(down);
                }
                changed.acquire();
            } else if (ended || !down.isBroken()) {
                return Optional.empty();
            } else if (!changed.tryAcquire(REOPENING_MAX.toNanos(), TimeUnit.NANOSECONDS)) {
                // Nobody takes the events, so nobody opens the line: who does will hear of the
                // loss.
                inputBytes.incrementAndGet();
                return Optional.empty();
            }
        }
    }

    /* What is written counts before it is sent, and none is sent on a line whose end the other
     * thread has seen: so that one knows for certain whether some may have arrived. */
    private void writePiece(
            ByteBuffer data, InboundStream<AttachTaskRequest, AttachTaskResponse> down) {
        synchronized (down) {
            if (down.isOver()) {
                return;
            }
            byte[] piece = new byte[Math.min(data.remaining(), PIECE_BYTES_MAX)];
            data.get(piece);
            inputBytes.addAndGet(piece.length);
            boolean _ =
                    send(
                            down,
                            AttachTaskRequest.newBuilder()
                                    .setStdin(UnsafeByteOperations.unsafeWrap(piece))
                                    .build());
        }
    }

    /** Ends the task's standard input. */
    public void closeInput() {
        inputClosed = true;
        boolean _ =
                send(
                        AttachTaskRequest.newBuilder()
                                .setCloseInput(CloseInput.getDefaultInstance())
                                .build());
    }

    /**
     * Sends a signal to the task's processes.
     *
     * @param number 1 to 31
     * @return false if the line is broken at present, so that the signal does not get there
     */
    public boolean signal(int number) {
        return send(AttachTaskRequest.newBuilder().setSignal(number).build());
    }

    /** Leaves; the task goes on. */
    public void detach() {
        left = true;
        boolean _ =
                send(AttachTaskRequest.newBuilder().setDetach(Detach.getDefaultInstance()).build());
        var down = line.down();
        synchronized (down) {
            if (!down.isOver()) {
                down.call().onCompleted();
            }
        }
    }

    /** Hangs up, unless the task has ended or one has left it: it gets HUP. */
    @Override
    public void close() {
        left = true;
        line.down().close();
        end();
    }

    private Line open() {
        Channel channel = caller.channel();
        InboundStream<AttachTaskRequest, AttachTaskResponse> down =
                new InboundStream<>(WINDOW, changed::release);
        Object _ = JobServiceGrpc.newStub(channel).attachTask(down);
        Line opened = new Line(channel, down);
        boolean _ = send(down, AttachTaskRequest.newBuilder().setOpen(opening).build());
        return opened;
    }

    private void reopenOrEnd(ApiException error) throws InterruptedException {
        try {
            reopenAfter(error);
        } catch (AtollException e) {
            end();
            throw e;
        }
    }

    private void reopenAfter(ApiException error) throws InterruptedException {
        if (left) {
            throw Errors.of(error);
        }
        if (hasWritten() && Errors.isPassing(error)) {
            throw new ClusterUnavailableException(
                    "the line to the task broke after it had been sent input, and nobody knows how"
                            + " much of it arrived: "
                            + error.message(),
                    true,
                    error);
        }
        if (patience == null) {
            patience = caller.patience();
        }
        patience.pauseAfter(error, line.channel());
        stdout.replay();
        stderr.replay();
        line = open();
        changed.release();
        if (inputClosed) {
            closeInput();
        }
    }

    private boolean hasWritten() {
        synchronized (line.down()) {
            return inputBytes.get() > 0;
        }
    }

    /** Nothing that is written from now on gets anywhere. */
    private void end() {
        ended = true;
        changed.release();
    }

    private boolean send(AttachTaskRequest request) {
        return send(line.down(), request);
    }

    /** Whether there is anybody to hear it. */
    private static boolean send(
            InboundStream<AttachTaskRequest, AttachTaskResponse> down, AttachTaskRequest request) {
        synchronized (down) {
            try {
                if (!down.isOver()) {
                    down.call().onNext(request);
                    return true;
                }
            } catch (IllegalStateException e) {
                // The call ended between the question and the sending: there is nobody to tell.
                if (!down.isOver()) {
                    throw e;
                }
            }
            return false;
        }
    }

    private @Nullable Event event(AttachTaskResponse response) {
        return switch (response.getResponseCase()) {
            case STARTED ->
                    started(
                            response.getStarted().getWorkerId(),
                            response.getStarted().getAttempt());
            case STDOUT -> new Event.Stdout(fresh(stdout, response.getStdout()));
            case STDERR -> new Event.Stderr(fresh(stderr, response.getStderr()));
            case ENDED ->
                    new Event.Ended(
                            response.getEnded().hasFailure()
                                    ? Optional.of(Wire.failure(response.getEnded().getFailure()))
                                    : Optional.empty());
            // News of a kind that this client does not know tells it nothing.
            case RESPONSE_NOT_SET -> null;
        };
    }

    private static ByteBuffer fresh(DeliveredPrefix prefix, ByteString data) {
        try {
            return prefix.fresh(data.asReadOnlyByteBuffer());
        } catch (OutputDiffersException e) {
            throw new OutputLostException(String.valueOf(e.getMessage()), e);
        }
    }

    private @Nullable Event started(String workerId, int number) {
        if (number <= attempt) {
            return null;
        }
        if (attempt > 0) {
            stdout.replay();
            stderr.replay();
            if (inputClosed) {
                closeInput();
            }
        }
        attempt = number;
        return new Event.Started(workerId, number);
    }
}
