package dev.atoll.master.relay;

import dev.atoll.core.model.TaskRef;
import dev.atoll.core.scheduler.SchedulerView.RunningAttempt;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.stream.Inflow;
import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.OpenAttachment;
import dev.atoll.proto.worker.v1.AttachAttemptRequest;
import dev.atoll.proto.worker.v1.AttachAttemptResponse;
import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.Context;

import java.time.Duration;
import java.util.Optional;

/** The link between one attachment and whichever attempt of its task runs now. */
final class AttemptLink {
    /** Between two looks at whether anybody is still interested. */
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

    /** How long a worker has to take in that the client is gone. */
    private static final Duration HANG_UP_PATIENCE = Duration.ofSeconds(2);

    /** How long a worker may take to notice that a link is over. */
    private static final Duration STALE_LINK_PATIENCE = Duration.ofSeconds(5);

    private final TaskRef task;
    private final SchedulerLoop loop;
    private final AttachmentInput input;
    private final WorkerChannels channels;
    private final Obstruction obstruction;
    private Optional<Long> refusedSinceNanos = Optional.empty();

    /** Hears what an attempt says. */
    @FunctionalInterface
    interface Listener {
        /** Takes a word; false if no more is wanted. */
        boolean hear(AttachTaskResponse response) throws InterruptedException;
    }

    AttemptLink(TaskRef task, SchedulerLoop loop, AttachmentInput input, Passage passage) {
        this.task = task;
        this.loop = loop;
        this.input = input;
        this.channels = passage.channels();
        this.obstruction = new Obstruction(task, passage.patience());
    }

    /**
     * Links the client with an attempt until one of them has no more to say, or the client is gone
     * and the worker knows it.
     *
     * @return false if the worker could not be reached, or did not know the attempt
     * @throws ApiException UNAVAILABLE (reason WORKER_UNREACHABLE) if that lasts; or when somebody
     *     else is attached
     */
    boolean follow(RunningAttempt running, Listener listener) throws InterruptedException {
        // Not cut off with the client's call: the worker must still hear that the client is gone.
        Context own = Context.current().fork();
        Context before = own.attach();
        try (Inflow<AttachAttemptRequest, AttachAttemptResponse> flow =
                Inflow.open(
                        channels.require(loop, running.worker()),
                        OutputServiceGrpc.getAttachAttemptMethod())) {
            flow.send(opening(running.attempt()));
            input.linked(flow);
            try {
                pass(flow, listener);
            } finally {
                input.unlinked();
            }
            return true;
        } catch (ApiException e) {
            if (e.is(SchedulerLoop.NOT_LEADING) || isReallyAttached(e)) {
                throw e;
            }
            obstruction.with(running, e);
            return false;
        } finally {
            own.detach(before);
        }
    }

    private void pass(Inflow<?, AttachAttemptResponse> flow, Listener listener)
            throws InterruptedException {
        while (isNextThere(flow)) {
            Optional<AttachAttemptResponse> message = flow.next();
            if (message.isEmpty()) {
                return;
            }
            refusedSinceNanos = Optional.empty();
            obstruction.ends();
            if (!listener.hear(message.get().getResponse())) {
                return;
            }
        }
    }

    /** Waits for the next word of an attempt; false if the client has left and none came. */
    private boolean isNextThere(Inflow<?, ?> flow) throws InterruptedException {
        long waitedNanos = 0;
        while (!flow.hasNext(LOOK_INTERVAL)) {
            if (loop.isOver()) {
                throw SchedulerLoop.notLeading();
            }
            boolean left = input.isHungUp() || input.isDetached();
            waitedNanos = left ? waitedNanos + LOOK_INTERVAL.toNanos() : 0;
            if (waitedNanos >= HANG_UP_PATIENCE.toNanos()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether somebody is attached by another way. A worker may take a moment to notice that a link
     * that broke is over, so that we stand in our own way.
     */
    private boolean isReallyAttached(ApiException refusal) {
        if (!refusal.is("ALREADY_ATTACHED")) {
            return false;
        }
        long nowNanos = System.nanoTime();
        long sinceNanos = refusedSinceNanos.orElse(nowNanos);
        refusedSinceNanos = Optional.of(sinceNanos);
        return nowNanos - sinceNanos > STALE_LINK_PATIENCE.toNanos();
    }

    private AttachAttemptRequest opening(int number) {
        return AttachAttemptRequest.newBuilder()
                .setAttempt(number)
                .setEpoch(loop.epoch())
                .setRequest(
                        AttachTaskRequest.newBuilder()
                                .setOpen(
                                        OpenAttachment.newBuilder()
                                                .setJobId(task.stage().job().value())
                                                .setStage(task.stage().stage())
                                                .setIndex(task.index())))
                .build();
    }
}
