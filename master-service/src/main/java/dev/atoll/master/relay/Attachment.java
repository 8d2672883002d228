package dev.atoll.master.relay;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent.CancelRequested;
import dev.atoll.core.scheduler.SchedulerEvent.TaskSelection;
import dev.atoll.core.scheduler.SchedulerView.RunningAttempt;
import dev.atoll.core.scheduler.SchedulerView.TaskState;
import dev.atoll.core.scheduler.SchedulerView.TaskView;
import dev.atoll.master.api.Replies;
import dev.atoll.master.loop.JobSignals;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.stream.Outflow;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.AttachmentEnded;
import dev.atoll.proto.job.v1.AttachmentStarted;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.job.v1.ReadOutputResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.stream.OutputDiffersException;
import dev.atoll.runtime.wire.FailureWire;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One client attached to one task, over all of the task's attempts, until it has ended. */
final class Attachment {
    /* The worker says when the process has ended; the client hears it only when the ledger holds it,
     * because until then another attempt may still follow. Whatever the client has got of an attempt
     * is not sent again when the link to its worker breaks and is made anew, or when the rest comes
     * from what the worker has stored. */

    /** Wakes up as often as this without news, to notice that the client or the term is gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final int HANG_UP_SIGNAL = 1;
    private static final List<OutputStream> STREAMS =
            List.of(OutputStream.OUTPUT_STREAM_STDOUT, OutputStream.OUTPUT_STREAM_STDERR);

    private final TaskRef task;
    private final SchedulerLoop loop;
    private final AttachmentInput input;
    private final Outflow<AttachTaskResponse> out;
    private final Passage passage;
    private final AttemptLink link;
    private final DeliveredOutputs delivered = new DeliveredOutputs();
    private int attempt;
    private boolean attemptIsOver;

    /** What the scheduler knows of the task. */
    private record Known(TaskView task, Optional<RunningAttempt> running) {}

    Attachment(
            TaskRef task,
            SchedulerLoop loop,
            AttachmentInput input,
            Outflow<AttachTaskResponse> out,
            Passage passage) {
        this.task = task;
        this.loop = loop;
        this.input = input;
        this.out = out;
        this.passage = passage;
        this.link = new AttemptLink(task, loop, input, passage);
    }

    /** Serves the client until the task has ended, or the client has left. */
    void run() throws InterruptedException {
        try (JobSignals.Signal changed = loop.signals().watch(task.stage().job())) {
            while (!input.isDetached()) {
                Known known = known();
                if (isFinal(known.task().state())) {
                    end(known.task());
                    return;
                }
                if (input.isHungUp()) {
                    cancel();
                    return;
                }
                boolean linked = known.running().isPresent() && link(known.running().get());
                if (input.isHungUp() && linked) {
                    return;
                }
                if (!input.isDetached()) {
                    changed.await(pause(known));
                }
            }
        }
    }

    private Duration pause(Known known) {
        // An attempt that cannot be reached at the moment is tried again soon.
        return known.running().isPresent() && !attemptIsOver ? Duration.ofMillis(50) : PATIENCE;
    }

    private boolean isOver(RunningAttempt running) {
        return attemptIsOver && running.attempt() == attempt;
    }

    /** Follows an attempt until its worker has no more to say; false if there was no link to it. */
    private boolean link(RunningAttempt running) throws InterruptedException {
        if (isOver(running)) {
            return false;
        }
        delivered.again();
        return link.follow(running, response -> hear(running, response));
    }

    /** Passes on a word of an attempt; false if it was its last. */
    private boolean hear(RunningAttempt running, AttachTaskResponse response)
            throws InterruptedException {
        begin(running.attempt());
        switch (response.getResponseCase()) {
            case STDOUT -> pass(OutputStream.OUTPUT_STREAM_STDOUT, response.getStdout());
            case STDERR -> pass(OutputStream.OUTPUT_STREAM_STDERR, response.getStderr());
            case ENDED -> attemptIsOver = true;
            case STARTED -> tellStarted(running.worker(), response.getStarted().getInputOffset());
            case INPUT_TAKEN -> send(response);
            case RESPONSE_NOT_SET -> {}
        }
        return !attemptIsOver;
    }

    /** From now on it is about another attempt. */
    private void begin(int newAttempt) {
        if (newAttempt != attempt) {
            attempt = newAttempt;
            attemptIsOver = false;
            delivered.forget();
        }
    }

    /** Tells the client of an attempt: that it runs, or that there is a new link to it. */
    private void tellStarted(WorkerId worker, long inputOffset) throws InterruptedException {
        send(
                AttachTaskResponse.newBuilder()
                        .setStarted(
                                AttachmentStarted.newBuilder()
                                        .setWorkerId(worker.value())
                                        .setAttempt(attempt)
                                        .setInputOffset(inputOffset))
                        .build());
    }

    private void pass(OutputStream stream, ByteString data) throws InterruptedException {
        ByteString news = news(stream, data);
        if (news.isEmpty()) {
            return;
        }
        passage.metrics().relayed("attachment", news.size());
        AttachTaskResponse.Builder response = AttachTaskResponse.newBuilder();
        send(
                stream == OutputStream.OUTPUT_STREAM_STDERR
                        ? response.setStderr(news).build()
                        : response.setStdout(news).build());
    }

    private ByteString news(OutputStream stream, ByteString data) {
        try {
            return delivered.news(stream, data);
        } catch (OutputDiffersException e) {
            throw trouble().lostHalfway(task.index()).causedBy(e);
        }
    }

    private Trouble trouble() {
        return new Trouble(task.stage(), passage.patience());
    }

    private void send(AttachTaskResponse response) throws InterruptedException {
        if (!input.isHungUp()) {
            out.send(response);
        }
    }

    /** The task has ended and the ledger holds it: what is missing of its outputs, and the end. */
    private void end(TaskView ended) throws InterruptedException {
        if (ended.worker().isPresent()) {
            int last = Math.max(1, ended.attempt());
            if (last != attempt) {
                begin(last);
                tellStarted(ended.worker().get(), 0);
            }
            if (!attemptIsOver) {
                passStored();
            }
        }
        AttachmentEnded.Builder end = AttachmentEnded.newBuilder();
        // A job may be cancelled before the worker has told how its task took that.
        Optional<Failure> failure =
                ended.state() == TaskState.CANCELLED
                        ? Optional.of(Failure.of(Failure.Kind.CANCELLED))
                        : ended.failure();
        failure.ifPresent(it -> end.setFailure(FailureWire.toProto(it)));
        send(AttachTaskResponse.newBuilder().setEnded(end).build());
    }

    private void passStored() throws InterruptedException {
        delivered.again();
        Ranges index = Ranges.of(task.index());
        OutputRequest request =
                new OutputRequest(
                        task.stage(),
                        index,
                        STREAMS,
                        OutputRequest.Unfinished.LEAVE_OUT,
                        false,
                        true,
                        false);
        RangeSet remaining = new RangeSet(index);
        OutputPacker packer = new OutputPacker(this::pass, remaining, passage.metrics());
        new OutputRelay(request, loop, passage.channels(), remaining, packer, trouble()).run();
    }

    private void pass(ReadOutputResponse stored) throws InterruptedException {
        for (OutputChunk chunk : stored.getChunksList()) {
            pass(chunk.getStream(), chunk.getData());
        }
    }

    /** The client went away before the task ran: there is no process to tell, so none starts. */
    private void cancel() {
        JobId job = task.stage().job();
        boolean isWholeJob =
                loop.ask(view -> view.spec(job).map(spec -> spec.taskCount() == 1)).orElse(false);
        Optional<TaskSelection> selection =
                isWholeJob
                        ? Optional.empty()
                        : Optional.of(
                                new TaskSelection(
                                        task.stage().stage(),
                                        Optional.of(Ranges.of(task.index()))));
        loop.request(cause ->
                new CancelRequested(
                        cause,
                        job,
                        selection,
                        HANG_UP_SIGNAL,
                        "whoever was attached hung up",
                        Instant.now()));
    }

    private Known known() {
        return loop.ask(view ->
                new Known(
                        view.task(task)
                                .orElseThrow(
                                        () -> missing(view.job(task.stage().job()).isPresent())),
                        view.running(task)));
    }

    private ApiException missing(boolean jobIsThere) {
        return jobIsThere ? Replies.noTask(task) : Replies.noJob(task.stage().job().value());
    }

    private static boolean isFinal(TaskState state) {
        return switch (state) {
            case SUCCEEDED, FAILED, CANCELLED -> true;
            case WAITING, RUNNING -> false;
        };
    }
}
