package dev.atoll.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.Failure;
import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.AttachmentEnded;
import dev.atoll.proto.job.v1.AttachmentStarted;
import dev.atoll.proto.job.v1.InputTaken;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** The line to a task. */
class AttachmentTest {
    private final BlockingQueue<AttachTaskRequest> heard = new LinkedBlockingQueue<>();
    private final AtomicInteger attachments = new AtomicInteger();

    @Test
    void everythingPassesBothWays() throws Exception {
        try (FakeMaster master =
                        playing((request, answer) -> {
                            switch (request.getRequestCase()) {
                                case OPEN -> answer.onNext(started(1));
                                case STDIN -> answer.onNext(stdout(request.getStdin()));
                                case CLOSE_INPUT -> answer.onNext(stderr("eof"));
                                case SIGNAL -> {
                                    answer.onNext(ended(2, request.getSignal()));
                                    answer.onCompleted();
                                }
                                case DETACH, REQUEST_NOT_SET -> {}
                            }
                        });
                Atoll cluster = Atoll.connect(master.address());
                Attachment attachment = cluster.job(1).attach(0, 0)) {
            byte[] binary = {0, (byte) 0xff, '\n', 1};
            attachment.write(ByteBuffer.wrap(binary));
            attachment.closeInput();

            assertThat(attachment.next()).contains(new Attachment.Event.Started("worker-1", 1));
            assertThat(attachment.next())
                    .contains(new Attachment.Event.Stdout(ByteBuffer.wrap(binary)));
            assertThat(attachment.next())
                    .contains(new Attachment.Event.Stderr(ByteBuffer.wrap(bytes("eof"))));
            attachment.signal(15);
            assertThat(attachment.next())
                    .contains(
                            new Attachment.Event.Ended(
                                    Optional.of(new Failure(Failure.Kind.SIGNAL, 15, ""))));
            assertThat(attachment.next()).isEmpty();
        }
    }

    @Test
    void aBrokenLineIsOpenedAgainAndNothingIsShownTwice() throws Exception {
        try (FakeMaster master =
                        playing((request, answer) -> {
                            if (request.getRequestCase() != AttachTaskRequest.RequestCase.OPEN) {
                                return;
                            }
                            answer.onNext(started(1));
                            answer.onNext(stdout("hello "));
                            if (attachments.get() < 3) {
                                answer.onError(
                                        ApiException.unavailable("", "broke").toStatusException());
                            } else {
                                answer.onNext(stdout("world"));
                                answer.onNext(ended(0, 0));
                                answer.onCompleted();
                            }
                        });
                Atoll cluster = Atoll.connect(master.address());
                Attachment attachment = cluster.job(1).attach(0, 0)) {
            attachment.closeInput();
            assertThat(outputOf(attachment)).isEqualTo("hello world");
            assertThat(attachments).hasValue(3);
        }
    }

    @Test
    void aSecondAttemptGoesOnBehindWhatTheFirstWrote() throws Exception {
        try (FakeMaster master =
                        playing((request, answer) -> {
                            if (request.getRequestCase() != AttachTaskRequest.RequestCase.OPEN) {
                                return;
                            }
                            answer.onNext(started(1));
                            answer.onNext(stdout("one two"));
                            answer.onNext(started(2));
                            answer.onNext(stdout("one two three"));
                            answer.onNext(ended(0, 0));
                            answer.onCompleted();
                        });
                Atoll cluster = Atoll.connect(master.address());
                Attachment attachment = cluster.job(1).attach(0, 0)) {
            assertThat(outputOf(attachment)).isEqualTo("one two three");
        }
    }

    @Test
    void inputGoesOnWhereTheTaskStandsWhenTheLineBreaks() throws Exception {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (FakeMaster master =
                        playing((request, answer) -> {
                            switch (request.getRequestCase()) {
                                case OPEN -> answer.onNext(started(1, read.size()));
                                case STDIN -> {
                                    if (request.getInputOffset() == read.size()) {
                                        int some =
                                                request.getStdin().size() - attachments.get() % 2;
                                        read.writeBytes(
                                                request.getStdin()
                                                        .substring(0, some)
                                                        .toByteArray());
                                    }
                                    if (attachments.get() < 4) {
                                        answer.onError(
                                                ApiException.unavailable("", "broke")
                                                        .toStatusException());
                                    } else {
                                        answer.onNext(taken(read.size()));
                                    }
                                }
                                case CLOSE_INPUT -> {
                                    if (request.getInputOffset() == read.size()) {
                                        answer.onNext(ended(0, 0));
                                        answer.onCompleted();
                                    }
                                }
                                case SIGNAL, DETACH, REQUEST_NOT_SET -> {}
                            }
                        });
                Atoll cluster = Atoll.connect(master.address());
                Attachment attachment = cluster.job(1).attach(0, 0)) {
            byte[] bytes = new byte[9 << 20];
            new Random(1).nextBytes(bytes);
            Thread writer = writing(attachment, bytes);

            assertThat(outputOf(attachment)).isEmpty();
            writer.join();

            assertThat(attachments).hasValue(4);
            assertThat(read.toByteArray()).isEqualTo(bytes);
        }
    }

    @Test
    void anotherAttemptIsGivenAllInputAgainIfItIsKept() throws Exception {
        try (FakeMaster master =
                        playing((request, answer) -> {
                            if (request.hasOpen()) {
                                answer.onNext(started(1, 0));
                            } else if (request.hasCloseInput() && attachments.getAndSet(9) == 1) {
                                answer.onNext(taken(5));
                                answer.onNext(started(2, 0));
                            } else if (request.hasCloseInput()) {
                                answer.onNext(ended(0, 0));
                                answer.onCompleted();
                            } else if (request.hasStdin()) {
                                answer.onNext(stdout(request.getStdin()));
                            }
                        });
                Atoll cluster = Atoll.connect(master.address());
                Attachment attachment = cluster.job(1).attach(0, 0)) {
            attachment.write(ByteBuffer.wrap(bytes("input")));
            attachment.closeInput();

            assertThat(outputOf(attachment)).isEqualTo("input");
            assertThat(heard.stream().filter(AttachTaskRequest::hasStdin)).hasSize(2);
        }
    }

    @Test
    void inputThatIsNotKeptForAnotherAttemptIsSaidToBeLost() throws Exception {
        try (FakeMaster master =
                        playing((request, answer) -> {
                            if (request.hasOpen()) {
                                answer.onNext(started(1, 0));
                            } else if (request.hasStdin()) {
                                answer.onNext(
                                        taken(
                                                request.getInputOffset()
                                                        + request.getStdin().size()));
                            } else if (request.hasCloseInput()) {
                                answer.onNext(started(2, 0));
                            }
                        });
                Atoll cluster = Atoll.connect(master.address());
                Attachment attachment = cluster.job(1).attach(0, 0)) {
            Thread writer = writing(attachment, new byte[(4 << 20) + 1]);

            assertThatThrownBy(() -> outputOf(attachment))
                    .isInstanceOf(InputLostException.class)
                    .hasMessageContaining("4 MiB");
            writer.join();
        }
    }

    @Test
    void aTaskThatCannotBeReachedIsNotWaitedForTwice() throws Exception {
        try (FakeMaster master =
                        playing((_, answer) ->
                                answer.onError(
                                        ApiException.unavailable(
                                                        "WORKER_UNREACHABLE",
                                                        "worker w1 cannot be reached")
                                                .toStatusException()));
                Atoll cluster = Atoll.connect(master.address());
                Attachment attachment = cluster.job(1).attach(0, 0)) {
            assertThatThrownBy(attachment::next)
                    .isInstanceOf(ClusterUnavailableException.class)
                    .hasMessageContaining("w1");
            assertThat(attachments).hasValue(1);
        }
    }

    @Test
    void inputThatIsWrittenWhileTheLineIsBrokenComesThroughTheNextOne() throws Exception {
        try (FakeMaster master =
                        playing((request, answer) -> {
                            if (request.hasOpen() && attachments.get() == 1) {
                                answer.onError(
                                        ApiException.unavailable("", "broke").toStatusException());
                            } else if (request.hasOpen()) {
                                answer.onNext(started(1));
                            } else if (request.hasStdin()) {
                                answer.onNext(stdout(request.getStdin()));
                            } else if (request.hasCloseInput()) {
                                answer.onNext(ended(0, 0));
                                answer.onCompleted();
                            }
                        });
                Atoll cluster = Atoll.connect(master.address());
                Attachment attachment = cluster.job(1).attach(0, 0)) {
            while (attachment.signal(28)) {
                Thread.yield();
            }
            Thread writer = writing(attachment, bytes("the first line"));
            assertThat(outputOf(attachment)).isEqualTo("the first line");
            writer.join();
        }
    }

    @Test
    void inputForATaskThatHasEndedIsWantedByNobody() throws Exception {
        try (FakeMaster master =
                        playing((request, answer) -> {
                            if (request.hasOpen()) {
                                answer.onNext(ended(0, 0));
                                answer.onCompleted();
                            }
                        });
                Atoll cluster = Atoll.connect(master.address());
                Attachment attachment = cluster.job(1).attach(0, 0)) {
            while (attachment.signal(28)) {
                Thread.yield();
            }
            attachment.write(ByteBuffer.wrap(bytes("too late")));
            assertThat(attachment.inputBytes()).isZero();
            assertThat(outputOf(attachment)).isEmpty();
        }
    }

    @Test
    void whoLeavesSaysSo() throws Exception {
        try (FakeMaster master = playing((_, _) -> {});
                Atoll cluster = Atoll.connect(master.address());
                Attachment attachment = cluster.job(1).attach(0, 0)) {
            attachment.detach();

            assertThat(heard.take().getRequestCase()).isEqualTo(AttachTaskRequest.RequestCase.OPEN);
            assertThat(heard.take().getRequestCase())
                    .isEqualTo(AttachTaskRequest.RequestCase.DETACH);
        }
    }

    private FakeMaster playing(
            BiConsumer<AttachTaskRequest, StreamObserver<AttachTaskResponse>> part)
            throws Exception {
        return new FakeMaster()
                .withAttachment(answer -> {
                    attachments.incrementAndGet();
                    return new StreamObserver<>() {
                        @Override
                        public void onNext(AttachTaskRequest request) {
                            heard.add(request);
                            part.accept(request, answer);
                        }

                        @Override
                        public void onError(Throwable error) {}

                        @Override
                        public void onCompleted() {}
                    };
                });
    }

    private static Thread writing(Attachment attachment, byte[] bytes) {
        return Thread.ofPlatform()
                .start(() -> {
                    try {
                        attachment.write(ByteBuffer.wrap(bytes));
                        attachment.closeInput();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    private static String outputOf(Attachment attachment) throws InterruptedException {
        List<String> output = new ArrayList<>();
        Optional<Attachment.Event> event = attachment.next();
        while (event.isPresent()) {
            if (event.get() instanceof Attachment.Event.Stdout(ByteBuffer data)) {
                output.add(StandardCharsets.UTF_8.decode(data).toString());
            }
            event = attachment.next();
        }
        return String.join("", output);
    }

    private static AttachTaskResponse started(int attempt) {
        return started(attempt, 0);
    }

    private static AttachTaskResponse started(int attempt, long inputOffset) {
        return AttachTaskResponse.newBuilder()
                .setStarted(
                        AttachmentStarted.newBuilder()
                                .setWorkerId("worker-1")
                                .setAttempt(attempt)
                                .setInputOffset(inputOffset))
                .build();
    }

    private static AttachTaskResponse taken(long offset) {
        return AttachTaskResponse.newBuilder()
                .setInputTaken(InputTaken.newBuilder().setOffset(offset))
                .build();
    }

    private static AttachTaskResponse stdout(String text) {
        return stdout(ByteString.copyFromUtf8(text));
    }

    private static AttachTaskResponse stdout(ByteString data) {
        return AttachTaskResponse.newBuilder().setStdout(data).build();
    }

    private static AttachTaskResponse stderr(String text) {
        return AttachTaskResponse.newBuilder().setStderr(ByteString.copyFromUtf8(text)).build();
    }

    private static AttachTaskResponse ended(int kind, int code) {
        AttachmentEnded.Builder ended = AttachmentEnded.newBuilder();
        if (kind != 0) {
            ended.setFailure(
                    dev.atoll.proto.job.v1.Failure.newBuilder().setKindValue(kind).setCode(code));
        }
        return AttachTaskResponse.newBuilder().setEnded(ended).build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
