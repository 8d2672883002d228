package dev.atoll.master.relay;

import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.master.api.Selections;
import dev.atoll.master.loop.SchedulerLoop;
import dev.atoll.master.session.Terms;
import dev.atoll.master.stream.Outflow;
import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.OpenAttachment;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldChecks;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** Takes in those who want to attach to tasks: one at a time for each task. */
final class Attachments {
    private static final int INPUT_BYTES_MAX = 256 << 10;
    private static final int SIGNAL_MAX = 31;

    private final Terms terms;
    private final Passage passage;
    private final Set<TaskRef> attached = ConcurrentHashMap.newKeySet();

    Attachments(Terms terms, Passage passage) {
        this.terms = terms;
        this.passage = passage;
    }

    StreamObserver<AttachTaskRequest> open(StreamObserver<AttachTaskResponse> responses) {
        SchedulerLoop loop = terms.leading().loop();
        var stream = (ServerCallStreamObserver<AttachTaskResponse>) responses;
        stream.disableAutoRequest();
        AttachmentInput input = new AttachmentInput(() -> stream.request(1));
        CompletableFuture<TaskRef> opened = new CompletableFuture<>();
        Outflow.start(
                responses,
                "attachment",
                () -> {
                    opened.cancel(true);
                    input.hangUp();
                },
                out -> serve(loop, opened, input, out));
        stream.request(1);
        return new Requests(opened, input);
    }

    private void serve(
            SchedulerLoop loop,
            CompletableFuture<TaskRef> opened,
            AttachmentInput input,
            Outflow<AttachTaskResponse> out)
            throws InterruptedException {
        try (input) {
            TaskRef task = awaitOpening(opened);
            if (!attached.add(task)) {
                throw ApiException.failedPrecondition(
                                "ALREADY_ATTACHED",
                                "somebody is attached to task %s".formatted(task))
                        .with("task", task);
            }
            try {
                new Attachment(task, loop, input, out, passage).run();
            } finally {
                attached.remove(task);
            }
        }
    }

    private static TaskRef awaitOpening(CompletableFuture<TaskRef> opened)
            throws InterruptedException {
        try {
            return opened.get();
        } catch (ExecutionException e) {
            throw ApiException.from(e);
        }
    }

    /** What a client tells, checked. */
    private record Requests(CompletableFuture<TaskRef> opened, AttachmentInput input)
            implements StreamObserver<AttachTaskRequest> {
        @Override
        public void onNext(AttachTaskRequest request) {
            try {
                if (request.hasOpen() && !opened.isDone()) {
                    opened.complete(task(request.getOpen()));
                    input.taken();
                } else {
                    check(request);
                    input.add(request);
                }
            } catch (ApiException e) {
                // Before it is open, the one who waits for that tells the client.
                if (!opened.completeExceptionally(e)) {
                    throw e;
                }
            }
        }

        @Override
        public void onError(Throwable cancelled) {
            input.hangUp();
        }

        @Override
        public void onCompleted() {
            if (!opened.completeExceptionally(unopened())) {
                input.add(closeInput());
            }
        }

        private static AttachTaskRequest closeInput() {
            return AttachTaskRequest.newBuilder()
                    .setCloseInput(dev.atoll.proto.job.v1.CloseInput.getDefaultInstance())
                    .build();
        }

        private static ApiException unopened() {
            return violation("request", "nothing", "open, first and once");
        }

        private static ApiException violation(String field, Object value, String allowed) {
            try {
                new FieldChecks().violation(field, value, allowed).throwIfAny();
            } catch (ApiException e) {
                return e;
            }
            throw new IllegalStateException("a violation was not thrown");
        }

        private static TaskRef task(OpenAttachment open) {
            new FieldChecks()
                    .check(open.getStage() >= 0, "open.stage", open.getStage(), "at least 0")
                    .check(open.getIndex() >= 0, "open.index", open.getIndex(), "at least 0")
                    .throwIfAny();
            return new TaskRef(
                    new StageRef(Selections.job(open.getJobId()), open.getStage()),
                    open.getIndex());
        }

        private void check(AttachTaskRequest request) {
            FieldChecks checks = new FieldChecks();
            switch (request.getRequestCase()) {
                case STDIN ->
                        checks.check(
                                request.getStdin().size() <= INPUT_BYTES_MAX,
                                "stdin",
                                request.getStdin().size() + " bytes",
                                "up to 256 KiB in a message");
                case SIGNAL ->
                        checks.check(
                                request.getSignal() >= 1 && request.getSignal() <= SIGNAL_MAX,
                                "signal",
                                request.getSignal(),
                                "1 to 31");
                case OPEN, REQUEST_NOT_SET ->
                        checks.violation("request", request.getRequestCase(), "open once, first");
                case CLOSE_INPUT, DETACH -> {}
            }
            checks.check(
                    request.getInputOffset() >= 0,
                    "input_offset",
                    request.getInputOffset(),
                    "at least 0");
            checks.check(opened.isDone(), "request", request.getRequestCase(), "open first");
            checks.throwIfAny();
        }
    }
}
