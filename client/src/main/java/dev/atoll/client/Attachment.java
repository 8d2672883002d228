package dev.atoll.client;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.Detach;
import dev.atoll.proto.job.v1.JobServiceGrpc;
import dev.atoll.proto.job.v1.OpenAttachment;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.stream.DeliveredPrefix;
import dev.atoll.runtime.stream.OutputDiffersException;

import io.grpc.Channel;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The line to a task that runs: its standard input and signals up, its outputs and its end down.
 * One thread takes the events, one may write input, any may send signals.
 *
 * <p>When the line breaks it is opened again, and input and outputs go on where they were. When the
 * task itself was lost it runs again from its beginning: what it writes again is left out, and its
 * input is sent again if that was at most 4 MiB.
 */
public final class Attachment implements AutoCloseable {
    private static final int WINDOW = 8;

    private final Caller caller;
    private final OpenAttachment opening;
    private final InputWindow input = new InputWindow();
    private final DeliveredPrefix stdout = new DeliveredPrefix();
    private final DeliveredPrefix stderr = new DeliveredPrefix();
    private volatile boolean left;
    private volatile Line line;
    private Caller.@Nullable Patience patience;
    private int attempt;

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
     * @throws InputLostException when the task runs again and its input is not kept
     * @throws AtollException when the answer is an error
     */
    public Optional<Event> next() throws InterruptedException {
        while (true) {
            try {
                Optional<AttachTaskResponse> response = line.down.take();
                caller.answered();
                patience = null;
                if (response.isEmpty()) {
                    input.end();
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
        return input.written();
    }

    /**
     * Writes to the task's standard input; waits while the task has not taken what was written
     * before. Does nothing once the task has ended.
     */
    public void write(ByteBuffer data) throws InterruptedException {
        input.write(data);
    }

    /** Ends the task's standard input. */
    public void closeInput() {
        input.close();
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
        input.end();
        boolean _ =
                send(AttachTaskRequest.newBuilder().setDetach(Detach.getDefaultInstance()).build());
        var down = line.down;
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
        line.down.close();
        input.end();
    }

    private Line open() {
        Line opened = new Line(caller.channel());
        Object _ = JobServiceGrpc.newStub(opened.channel).attachTask(opened.down);
        opened.send(AttachTaskRequest.newBuilder().setOpen(opening).build());
        return opened;
    }

    /**
     * One call. What concerns input it hears on the transport's threads: nobody may be taking
     * events.
     */
    private final class Line implements InputWindow.Line {
        private final Channel channel;
        private final InboundStream<AttachTaskRequest, AttachTaskResponse> down =
                new InboundStream<>(WINDOW, this::changed, this::arrived);

        Line(Channel channel) {
            this.channel = channel;
        }

        /** Whether the message is for input alone. */
        private boolean arrived(AttachTaskResponse message) {
            if (message.hasStarted()) {
                input.started(this, message.getStarted().getInputOffset());
            } else if (message.hasInputTaken()) {
                input.taken(message.getInputTaken().getOffset());
            }
            return message.hasInputTaken();
        }

        private void changed() {
            if (down.isOver() && !down.isBroken()) {
                input.end();
            } else {
                input.resume();
            }
        }

        @Override
        public boolean isReady() {
            return !down.isOver() && down.call().isReady();
        }

        @Override
        public void send(AttachTaskRequest message) {
            boolean _ = Attachment.send(down, message);
        }
    }

    private void reopenOrEnd(ApiException error) throws InterruptedException {
        try {
            reopenAfter(error);
        } catch (AtollException e) {
            input.end();
            throw e;
        }
    }

    private void reopenAfter(ApiException error) throws InterruptedException {
        if (left) {
            throw Errors.of(error);
        }
        if (patience == null) {
            patience = caller.patience();
        }
        patience.pauseAfter(error, line.channel);
        stdout.replay();
        stderr.replay();
        input.unlinked();
        line = open();
    }

    private boolean send(AttachTaskRequest request) {
        return send(line.down, request);
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
            case INPUT_TAKEN, RESPONSE_NOT_SET -> null;
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
        if (input.isLost()) {
            throw new InputLostException(
                    "the task was lost after it had read more of its input than is kept, 4 MiB; run"
                            + " it once more");
        }
        if (number <= attempt) {
            return null;
        }
        if (attempt > 0) {
            stdout.replay();
            stderr.replay();
        }
        attempt = number;
        return new Event.Started(workerId, number);
    }
}
