package dev.atoll.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.TaskTemplate.Input;
import dev.atoll.core.model.TaskTemplate.Items;
import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.CloseInput;
import dev.atoll.proto.job.v1.Detach;
import dev.atoll.proto.job.v1.Failure;
import dev.atoll.proto.job.v1.OpenAttachment;
import dev.atoll.proto.worker.v1.AttachAttemptRequest;
import dev.atoll.proto.worker.v1.AttachAttemptResponse;
import dev.atoll.proto.worker.v1.Grant;
import dev.atoll.proto.worker.v1.IntroduceStage;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.runtime.config.ByteSize;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.grpc.SecurityConfig;
import dev.atoll.runtime.metrics.Metrics;
import dev.atoll.runtime.naming.NamingConfig;
import dev.atoll.runtime.program.ServiceContext;
import dev.atoll.runtime.wire.RangesWire;
import dev.atoll.runtime.wire.SpecWire;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Attaching to attempts of a whole worker, over the wire. */
class AttachmentTest {
    private static final long JOB = 7;

    private final Metrics metrics = new Metrics();
    private FakeCluster cluster;
    private Worker worker;
    private ManagedChannel channel;
    private FakeCluster.Session session;

    @TempDir Path directory;

    @BeforeEach
    void start() throws Exception {
        cluster = new FakeCluster();
        cluster.lead(1);
        WorkerConfig config =
                new WorkerConfig(
                        Optional.of("w1"),
                        directory,
                        HostAndPort.anyLoopbackPort(),
                        Optional.empty(),
                        NamingConfig.of(cluster.address()),
                        Optional.of(4.0),
                        Optional.of(ByteSize.ofMebibytes(1_000)),
                        0,
                        Map.of(),
                        ByteSize.ofMebibytes(100),
                        ByteSize.ofMebibytes(0),
                        SecurityConfig.none());
        worker =
                Worker.start(config, new ServiceContext("worker", metrics, (_, _) -> {}, Map.of()));
        channel = new Channels(Security.none()).open(worker.address());
        session = cluster.nextSession();
        session.welcome(1);
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        worker.close();
        cluster.close();
        metrics.close();
    }

    @Test
    void whatGoesInComesOut() throws Exception {
        grant("cat");
        Client client = attach();
        assertThat(client.next().getStarted().getWorkerId()).isEqualTo("w1");

        client.type("hello\n");
        assertThat(client.next().getStdout().toStringUtf8()).isEqualTo("hello\n");
        client.type("again\n");
        assertThat(client.next().getStdout().toStringUtf8()).isEqualTo("again\n");
        client.endInput();

        assertThat(client.next().getEnded().hasFailure()).isFalse();
        client.awaitEnd();
    }

    @Test
    void aSignalReachesTheProcessWhileInputPilesUp() throws Exception {
        grant(
                "sh",
                "-c",
                "trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 0.01; done");
        Client client = attach();
        assertThat(client.nextOutput()).isEqualTo("ready\n");
        for (int i = 0; i < 5; i++) {
            client.send(
                    AttachTaskRequest.newBuilder()
                            .setStdin(ByteString.copyFrom(new byte[200_000])));
        }
        client.send(AttachTaskRequest.newBuilder().setSignal(2));

        assertThat(client.nextOutput()).isEqualTo("caught\n");
        assertThat(client.next().getEnded().getFailure())
                .isEqualTo(Failure.newBuilder().setKind(Failure.Kind.KIND_EXIT).setCode(3).build());
    }

    @Test
    void whoComesLateSeesEverything() throws Exception {
        grant("sh", "-c", "echo out; echo err >&2; exit 4");
        // The end is reported, so the attempt is over when the client comes.
        session.next();
        boolean reported = false;
        while (!reported) {
            reported = session.next().getReport().getStages(0).getFailedCount() > 0;
        }

        Client client = attach();

        assertThat(client.next().hasStarted()).isTrue();
        assertThat(client.next().getStdout().toStringUtf8()).isEqualTo("out\n");
        assertThat(client.next().getStderr().toStringUtf8()).isEqualTo("err\n");
        assertThat(client.next().getEnded().getFailure().getCode()).isEqualTo(4);
    }

    @Test
    void megabytesGoThroughUnharmed() throws Exception {
        byte[] bytes = new byte[5 << 20];
        new Random(1).nextBytes(bytes);
        grant("cat");
        Client client = attach();
        Thread.ofPlatform()
                .start(() -> {
                    for (int at = 0; at < bytes.length; at += 200_000) {
                        byte[] piece =
                                Arrays.copyOfRange(bytes, at, Math.min(at + 200_000, bytes.length));
                        client.send(
                                AttachTaskRequest.newBuilder()
                                        .setStdin(ByteString.copyFrom(piece)));
                    }
                    client.endInput();
                });

        ByteArrayOutputStream echoed = new ByteArrayOutputStream();
        AttachTaskResponse message = client.next();
        while (!message.hasEnded()) {
            echoed.writeBytes(message.getStdout().toByteArray());
            message = client.next();
        }

        assertThat(echoed.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void anotherMayAttachWhenOneHasLeft() throws Exception {
        grant("cat");
        Client first = attach();
        first.type("one\n");
        assertThat(first.nextOutput()).isEqualTo("one\n");
        Client tooSoon = attach();
        assertThat(tooSoon.failure().reason()).isEqualTo("ALREADY_ATTACHED");
        first.send(AttachTaskRequest.newBuilder().setDetach(Detach.getDefaultInstance()));
        first.awaitEnd();

        Client second = attach();
        second.type("two\n");
        second.endInput();

        assertThat(second.outputToTheEnd()).isEqualTo("one\ntwo\n");
    }

    @Test
    void theNextMasterTakesThePlaceOfOneThatFroze() throws Exception {
        grant("cat");
        Client frozen = attach(1);
        frozen.type("one\n");
        assertThat(frozen.nextOutput()).isEqualTo("one\n");

        Client next = attach(2);
        assertThat(next.next().hasStarted()).isTrue();
        frozen.send(AttachTaskRequest.newBuilder().setSignal(1));
        frozen.awaitEnd();
        assertThat(attach(1).failure().reason()).isEqualTo("ALREADY_ATTACHED");

        next.type("two\n");
        next.endInput();
        assertThat(next.outputToTheEnd()).isEqualTo("one\ntwo\n");
    }

    @Test
    void aBrokenLinkHurtsNobody() throws Exception {
        grant("cat");
        Client first = attach();
        first.type("one\n");
        assertThat(first.nextOutput()).isEqualTo("one\n");
        first.hangUp();

        Client second = attach();
        while (second.isRefused("ALREADY_ATTACHED")) {
            second = attach();
        }
        second.endInput();

        assertThat(second.nextOutput()).isEqualTo("one\n");
        assertThat(second.next().getEnded().hasFailure()).isFalse();
    }

    @Test
    void inputThatComesAgainIsLeftOutAndNoneIsTakenBehindAGap() throws Exception {
        grant("cat");
        Client first = attach();
        assertThat(first.next().getStarted().getInputOffset()).isZero();
        first.type(0, "one ");
        first.type(2, "e two ");
        first.type(99, "lost");
        first.type(4, "two");
        first.endInput(99);
        assertThat(first.taken.take()).isEqualTo(4);
        assertThat(first.taken.take()).isEqualTo(8);
        first.send(AttachTaskRequest.newBuilder().setDetach(Detach.getDefaultInstance()));
        first.awaitEnd();

        Client second = attach();
        assertThat(second.next().getStarted().getInputOffset()).isEqualTo(8);
        second.type(8, "three");
        second.endInput(13);

        assertThat(second.outputToTheEnd()).isEqualTo("one two three");
    }

    @Test
    void whatDoesNotRunHereIsNotFound() throws Exception {
        assertThat(attach().failure().reason()).isEqualTo("ATTEMPT_NOT_FOUND");
    }

    private void grant(String... command) {
        TaskTemplate task =
                new TaskTemplate(
                        List.of(command),
                        new TreeMap<>(),
                        "",
                        new Items.Index(),
                        new Input.Attached(),
                        TaskTemplate.OUTPUT_LIMIT_BYTES_DEFAULT,
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty());
        StageSpec spec =
                new StageSpec("s", 1, task, Resources.cpu(1_000), 1, Optional.empty(), List.of());
        session.send(
                1,
                Order.newBuilder()
                        .setIntroduce(
                                IntroduceStage.newBuilder()
                                        .setJobId(JOB)
                                        .setSpec(SpecWire.toProto(spec))),
                Order.newBuilder()
                        .setGrant(
                                Grant.newBuilder()
                                        .setJobId(JOB)
                                        .setAttempt(1)
                                        .setTasks(RangesWire.toProto(Ranges.of(0)))));
        awaitAttempt();
    }

    /** Until the grant has come through, the attempt is not there. */
    private void awaitAttempt() {
        boolean there = false;
        while (!there) {
            Client probe = attach();
            there = !probe.isRefused("ATTEMPT_NOT_FOUND");
            probe.send(AttachTaskRequest.newBuilder().setDetach(Detach.getDefaultInstance()));
            probe.awaitEnd();
        }
    }

    private Client attach() {
        return attach(1);
    }

    private Client attach(long epoch) {
        Client client = new Client();
        client.open(epoch);
        return client;
    }

    /** One who attaches. */
    private final class Client implements StreamObserver<AttachAttemptResponse> {
        private final BlockingQueue<Optional<AttachTaskResponse>> received =
                new LinkedBlockingQueue<>();
        private final BlockingQueue<ApiException> failures = new LinkedBlockingQueue<>();
        private final BlockingQueue<Long> taken = new LinkedBlockingQueue<>();
        private final StreamObserver<AttachAttemptRequest> requests =
                OutputServiceGrpc.newStub(channel).attachAttempt(this);

        void open(long epoch) {
            requests.onNext(
                    AttachAttemptRequest.newBuilder()
                            .setAttempt(1)
                            .setEpoch(epoch)
                            .setRequest(
                                    AttachTaskRequest.newBuilder()
                                            .setOpen(OpenAttachment.newBuilder().setJobId(JOB)))
                            .build());
        }

        void type(String text) {
            send(AttachTaskRequest.newBuilder().setStdin(ByteString.copyFrom(text, UTF_8)));
        }

        void type(long offset, String text) {
            send(
                    AttachTaskRequest.newBuilder()
                            .setInputOffset(offset)
                            .setStdin(ByteString.copyFrom(text, UTF_8)));
        }

        void endInput(long offset) {
            send(
                    AttachTaskRequest.newBuilder()
                            .setInputOffset(offset)
                            .setCloseInput(CloseInput.getDefaultInstance()));
        }

        void endInput() {
            send(AttachTaskRequest.newBuilder().setCloseInput(CloseInput.getDefaultInstance()));
        }

        void send(AttachTaskRequest.Builder request) {
            requests.onNext(AttachAttemptRequest.newBuilder().setRequest(request).build());
        }

        void hangUp() {
            requests.onError(new IllegalStateException("gone"));
        }

        AttachTaskResponse next() {
            return take().orElseThrow(() -> new AssertionError("the stream has ended"));
        }

        String nextOutput() {
            AttachTaskResponse message = next();
            return message.hasStarted()
                    ? next().getStdout().toStringUtf8()
                    : message.getStdout().toStringUtf8();
        }

        String outputToTheEnd() {
            StringBuilder seen = new StringBuilder();
            AttachTaskResponse message = next();
            while (!message.hasEnded()) {
                seen.append(message.getStdout().toStringUtf8());
                message = next();
            }
            return seen.toString();
        }

        void awaitEnd() {
            while (take().isPresent()) {
                Thread.onSpinWait();
            }
        }

        ApiException failure() {
            awaitEnd();
            return failures.remove();
        }

        /** Whether the first answer is this refusal; what else it was can still be read. */
        boolean isRefused(String reason) {
            Optional<AttachTaskResponse> first = take();
            received.add(first);
            return first.isEmpty() && !failures.isEmpty() && failures.peek().is(reason);
        }

        private Optional<AttachTaskResponse> take() {
            try {
                Optional<AttachTaskResponse> message = received.poll(1, TimeUnit.MINUTES);
                assertThat(message).isNotNull();
                return message;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void onNext(AttachAttemptResponse message) {
            if (message.getResponse().hasInputTaken()) {
                taken.add(message.getResponse().getInputTaken().getOffset());
            } else {
                received.add(Optional.of(message.getResponse()));
            }
        }

        @Override
        public void onError(Throwable failure) {
            failures.add(ApiException.from(failure));
            received.add(Optional.empty());
        }

        @Override
        public void onCompleted() {
            received.add(Optional.empty());
        }
    }
}
