package dev.atoll.master;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.atoll.master.testing.EchoAttempt;
import dev.atoll.master.testing.FakeNaming;
import dev.atoll.master.testing.FakeWorker;
import dev.atoll.master.testing.MasterUnderTest;
import dev.atoll.master.testing.Times;
import dev.atoll.proto.job.v1.AttachTaskRequest;
import dev.atoll.proto.job.v1.AttachTaskResponse;
import dev.atoll.proto.job.v1.CloseInput;
import dev.atoll.proto.job.v1.Detach;
import dev.atoll.proto.job.v1.Failure;
import dev.atoll.proto.job.v1.GetJobRequest;
import dev.atoll.proto.job.v1.JobState;
import dev.atoll.proto.job.v1.OpenAttachment;
import dev.atoll.proto.worker.v1.Grant;
import dev.atoll.proto.worker.v1.Heartbeat;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A client at one end of the master, a process at the other. */
final class AttachTest {
    private FakeNaming naming;
    private MasterUnderTest master;
    private FakeWorker worker;
    private final EchoAttempt attempt = new EchoAttempt();
    private final Client client = new Client();

    @BeforeEach
    void start() throws Exception {
        naming = new FakeNaming();
        master = new MasterUnderTest(naming).leading();
        worker = new FakeWorker("w1", master.address());
        worker.outputs().onAttach(attempt::attach);
    }

    @AfterEach
    void stop() {
        master.close();
        worker.close();
        naming.close();
    }

    @Test
    void everythingIsEchoedInOrder() throws Exception {
        long job = master.submit("r1", 1);
        client.open(job);
        Grant grant = worker.awaitGrant();
        assertThat(client.next().getStarted().getWorkerId()).isEqualTo("w1");
        assertThat(attempt.awaitTold()).isEqualTo("open 1");
        Random random = new Random(3);
        ByteString sent = ByteString.EMPTY;
        for (int i = 0; i < 200; i++) {
            byte[] data = new byte[1 + random.nextInt(20_000)];
            random.nextBytes(data);
            sent = sent.concat(ByteString.copyFrom(data));
            client.tell(AttachTaskRequest.newBuilder().setStdin(ByteString.copyFrom(data)).build());
        }
        ByteString heard = ByteString.EMPTY;
        while (heard.size() < sent.size()) {
            heard = heard.concat(client.next().getStdout());
        }
        assertThat(heard).isEqualTo(sent);
        client.tell(signal(2));
        client.tell(
                AttachTaskRequest.newBuilder()
                        .setCloseInput(CloseInput.getDefaultInstance())
                        .build());
        assertThat(attempt.awaitTold()).isEqualTo("signal 2");
        assertThat(attempt.awaitTold()).isEqualTo("close");
        attempt.end();
        worker.succeed(grant);
        assertThat(client.next().hasEnded()).isTrue();
        client.awaitCompletion();
    }

    @Test
    void endIsToldOnlyWhenItIsDurable() throws Exception {
        long job = master.submit("r1", 1);
        client.open(job);
        Grant grant = worker.awaitGrant();
        assertThat(client.next().hasStarted()).isTrue();
        naming.ledger().hold();
        attempt.end();
        worker.fail(grant, Failure.newBuilder().setKind(Failure.Kind.KIND_EXIT).setCode(4).build());
        naming.ledger().awaitHeldCommit();
        assertThat(client.heard).isEmpty();
        naming.ledger().release();
        assertThat(client.next().getEnded().getFailure().getCode()).isEqualTo(4);
    }

    @Test
    void taskThatEndedBeforeIsToldFromWhatIsStored() throws Exception {
        long job = master.submit("r1", 1);
        worker.outputs().put(job + "/0.0", ByteString.copyFromUtf8("out"));
        worker.outputs().putError(job + "/0.0", ByteString.copyFromUtf8("err"));
        worker.run(1);
        master.awaitEnd(job);
        client.open(job);
        assertThat(client.next().hasStarted()).isTrue();
        assertThat(client.next().getStdout().toStringUtf8()).isEqualTo("out");
        assertThat(client.next().getStderr().toStringUtf8()).isEqualTo("err");
        assertThat(client.next().hasEnded()).isTrue();
    }

    @Test
    void linkThatBreaksIsMadeAnewAndNothingIsToldTwice() throws Exception {
        long job = master.submit("r1", 1);
        client.open(job);
        worker.awaitGrant();
        assertThat(client.next().hasStarted()).isTrue();
        assertThat(attempt.awaitTold()).isEqualTo("open 1");
        client.tell(
                AttachTaskRequest.newBuilder()
                        .setStdin(ByteString.copyFromUtf8("first "))
                        .setInputOffset(0)
                        .build());
        assertThat(client.next().getStdout().toStringUtf8()).isEqualTo("first ");
        assertThat(Times.take(client.taken, "word of input")).isEqualTo(6);
        attempt.breakOff();
        assertThat(attempt.awaitTold()).isEqualTo("open 1");
        assertThat(client.next().getStarted().getInputOffset()).isEqualTo(6);
        attempt.write(ByteString.copyFromUtf8("first second"));
        assertThat(client.next().getStdout().toStringUtf8()).isEqualTo("second");
    }

    @Test
    void clientThatGoesAwayHangsUp() throws Exception {
        long job = master.submit("r1", 1);
        client.open(job);
        worker.awaitGrant();
        assertThat(client.next().hasStarted()).isTrue();
        assertThat(attempt.awaitTold()).isEqualTo("open 1");
        client.goAway();
        assertThat(attempt.awaitTold()).isEqualTo("signal 1");
    }

    @Test
    void clientThatGoesAwayBeforeTheTaskRunsCancelsIt() throws Exception {
        worker.close();
        long job = master.submit("r1", 1);
        // Of two who come, one is attached for certain when the other is refused.
        Client other = new Client();
        client.open(job);
        other.open(job);
        Times.await("one is refused", () -> client.isOver() || other.isOver());
        (client.isOver() ? other : client).goAway();
        assertThat(master.awaitEnd(job).getState()).isEqualTo(JobState.JOB_STATE_CANCELLED);
    }

    @Test
    void clientThatDetachesLeavesTheTaskAlone() throws Exception {
        long job = master.submit("r1", 1);
        client.open(job);
        worker.awaitGrant();
        assertThat(client.next().hasStarted()).isTrue();
        assertThat(attempt.awaitTold()).isEqualTo("open 1");
        client.tell(AttachTaskRequest.newBuilder().setDetach(Detach.getDefaultInstance()).build());
        assertThat(attempt.awaitTold()).isEqualTo("detach");
        client.awaitCompletion();
        assertThat(
                        master.jobs()
                                .getJob(GetJobRequest.newBuilder().setJobId(job).build())
                                .getJob()
                                .getState())
                .isEqualTo(JobState.JOB_STATE_RUNNING);
    }

    @Test
    void secondClientIsRefused() throws Exception {
        long job = master.submit("r1", 1);
        client.open(job);
        worker.awaitGrant();
        assertThat(client.next().hasStarted()).isTrue();
        Client second = new Client();
        second.open(job);
        assertThat(second.awaitError().reason()).isEqualTo("ALREADY_ATTACHED");
    }

    @Test
    void newAttemptIsToldAsSuch() throws Exception {
        long job = master.submit("r1", 1);
        client.open(job);
        worker.awaitGrant();
        assertThat(client.next().getStarted().getAttempt()).isEqualTo(1);
        worker.close();
        EchoAttempt other = new EchoAttempt();
        try (FakeWorker next = new FakeWorker("w2", master.address())) {
            next.outputs().onAttach(other::attach);
            Grant grant = next.awaitGrant();
            assertThat(grant.getAttempt()).isEqualTo(2);
            AttachTaskResponse started = client.next();
            assertThat(started.getStarted().getAttempt()).isEqualTo(2);
            assertThat(started.getStarted().getWorkerId()).isEqualTo("w2");
            client.tell(
                    AttachTaskRequest.newBuilder()
                            .setStdin(ByteString.copyFromUtf8("again"))
                            .build());
            assertThat(client.next().getStdout().toStringUtf8()).isEqualTo("again");
            other.end();
            next.succeed(grant);
            assertThat(client.next().hasEnded()).isTrue();
        }
    }

    @Test
    void workerThatCannotBeReachedIsNamedInTheEnd() throws Exception {
        worker.close();
        master.close();
        master =
                new MasterUnderTest(naming, MasterUnderTest.config(naming, Duration.ofSeconds(4)))
                        .leading();
        worker = new FakeWorker("w1", master.address());
        worker.awaitOrder(Order.OrderCase.WELCOME);
        // Linked and working, but it says that it listens where nobody does.
        worker.connect(master.address(), worker.hello().setAddress("127.0.0.1:1").build());
        worker.awaitOrder(Order.OrderCase.WELCOME);
        long job = master.submit("r1", 1);
        worker.awaitGrant();
        client.open(job);
        Times.await(
                "the attachment is given up",
                () -> {
                    worker.heartbeat(Heartbeat.getDefaultInstance());
                    return client.isOver();
                });
        ApiException error = client.awaitError();
        assertThat(error.reason()).isEqualTo("WORKER_UNREACHABLE");
        assertThat(error.metadata()).containsEntry("worker", "w1");
    }

    @Test
    void badRequestsAreRefused() throws Exception {
        client.open(99);
        assertThat(client.awaitError().reason()).isEqualTo("JOB_NOT_FOUND");
        Client unopened = new Client();
        unopened.tell(signal(1));
        assertThat(unopened.awaitError().reason()).isEqualTo("INVALID_FIELDS");
        Client silent = new Client();
        silent.requests().onCompleted();
        assertThat(silent.awaitError().reason()).isEqualTo("INVALID_FIELDS");
        long job = master.submit("r1", 1);
        Client wrong = new Client();
        wrong.open(job);
        wrong.tell(signal(77));
        assertThat(wrong.awaitError().reason()).isEqualTo("INVALID_FIELDS");
    }

    private static AttachTaskRequest signal(int number) {
        return AttachTaskRequest.newBuilder().setSignal(number).build();
    }

    /** Whoever is attached. */
    private final class Client implements StreamObserver<AttachTaskResponse> {
        final BlockingQueue<AttachTaskResponse> heard = new LinkedBlockingQueue<>();
        final BlockingQueue<Long> taken = new LinkedBlockingQueue<>();
        private final BlockingQueue<Object> ends = new LinkedBlockingQueue<>();
        private StreamObserver<AttachTaskRequest> requests;

        StreamObserver<AttachTaskRequest> requests() {
            if (requests == null) {
                requests = master.asyncJobs().attachTask(this);
            }
            return requests;
        }

        void open(long job) {
            tell(
                    AttachTaskRequest.newBuilder()
                            .setOpen(OpenAttachment.newBuilder().setJobId(job))
                            .build());
        }

        void tell(AttachTaskRequest request) {
            requests().onNext(request);
        }

        void goAway() {
            ((ClientCallStreamObserver<AttachTaskRequest>) requests()).cancel("away", null);
        }

        AttachTaskResponse next() throws InterruptedException {
            return Times.take(heard, "word from the task; ended: " + ends);
        }

        ApiException awaitError() throws InterruptedException {
            return (ApiException) Times.take(ends, "error");
        }

        boolean isOver() {
            return !ends.isEmpty();
        }

        void awaitCompletion() throws InterruptedException {
            assertThat(Times.take(ends, "end")).isEqualTo("completed");
        }

        @Override
        public void onNext(AttachTaskResponse response) {
            if (response.hasInputTaken()) {
                taken.add(response.getInputTaken().getOffset());
            } else {
                heard.add(response);
            }
        }

        @Override
        public void onError(Throwable failure) {
            ends.add(ApiException.from(failure));
        }

        @Override
        public void onCompleted() {
            ends.add("completed");
        }
    }
}
