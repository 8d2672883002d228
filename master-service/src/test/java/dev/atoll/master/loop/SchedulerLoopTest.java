package dev.atoll.master.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.atoll.core.journal.Journal;
import dev.atoll.core.journal.Recovered;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.JobSpec.BackupPolicy;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerCommand.LocateInputs;
import dev.atoll.core.scheduler.SchedulerCommand.ToWorker;
import dev.atoll.core.scheduler.SchedulerCommand.Welcome;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.core.scheduler.SchedulerEvent.WorkerConnected;
import dev.atoll.core.scheduler.SchedulerLimits;
import dev.atoll.core.scheduler.SchedulerView.WorkerState;
import dev.atoll.master.journal.LedgerTrouble;
import dev.atoll.master.journal.LedgerWriter;
import dev.atoll.master.journal.StoredEntries;
import dev.atoll.master.session.SessionEndpoint;
import dev.atoll.master.session.Sessions;
import dev.atoll.master.session.Term;
import dev.atoll.master.session.Terms;
import dev.atoll.master.testing.FakeNaming;
import dev.atoll.master.testing.Times;
import dev.atoll.proto.worker.v1.Hello;
import dev.atoll.proto.worker.v1.OpenSessionRequest;
import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.naming.NamingClient;
import dev.atoll.runtime.naming.NamingConfig;
import dev.atoll.runtime.wire.HelloWire;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

final class SchedulerLoopTest {
    private static final int MAILBOX_MAX = 16;

    private final BlockingQueue<ToWorker> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> forfeited = new LinkedBlockingQueue<>();
    private final Semaphore flushes = new Semaphore(0);
    private volatile boolean slow;
    private volatile boolean broken;
    private volatile boolean holds = true;
    private FakeNaming naming;
    private NamingClient client;
    private SchedulerLoop loop;

    @BeforeEach
    void start() throws Exception {
        naming = new FakeNaming();
        naming.ledger().lead(1);
        client = new NamingClient(NamingConfig.of(naming.address()), new Channels(Security.none()));
        Scheduler scheduler = new Scheduler(SchedulerLimits.defaults(), 1);
        Journal<ByteString> journal =
                new Journal<>(
                        new Journal.Rhythm(Duration.ofMillis(100), StoredEntries.LIMITS),
                        new StoredEntries(),
                        Recovered.nothing(),
                        scheduler.view()::progress);
        MasterMetrics metrics = new MasterMetrics(new SimpleMeterRegistry());
        loop =
                new SchedulerLoop(
                        new SchedulerLoop.Limits(
                                Duration.ofMillis(20), Duration.ofSeconds(1), MAILBOX_MAX),
                        scheduler,
                        new Durability(
                                journal,
                                new LedgerWriter(client.ledger(), 1, 0, new LedgerTrouble()),
                                metrics),
                        new SlowHands(),
                        new RevocableMandate(),
                        metrics);
        loop.start();
    }

    @AfterEach
    void stop() {
        slow = false;
        flushes.release(1_000_000);
        loop.close();
        client.close();
        naming.close();
    }

    @Test
    void questionsAreAnswered() {
        int asked = loop.ask(view -> view.cluster().readyWorkers());
        int peeked = loop.peek((view, _) -> view.cluster().readyWorkers());
        assertThat(asked).isZero();
        assertThat(peeked).isZero();
    }

    @Test
    void whileTheLedgerCannotBeWrittenWhoeverWaitsForItHearsWhy() throws Exception {
        naming.ledger().setFull(true);
        loop.tell(connected(), () -> {});
        Times.take(told, "welcome");

        assertThatThrownBy(() -> loop.ask(view -> view.cluster().readyWorkers()))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.is("LEDGER_UNAVAILABLE")).isTrue())
                .hasMessageContaining("no room left");
        int peeked = loop.peek((view, _) -> view.cluster().readyWorkers());
        assertThat(peeked).isEqualTo(1);
        BlockingQueue<Integer> patient = new LinkedBlockingQueue<>();
        Thread.ofVirtual()
                .start(() -> patient.add(loop.askPatiently(view -> view.cluster().readyWorkers())));

        naming.ledger().setFull(false);
        assertThat(Times.take(patient, "answer")).isEqualTo(1);
    }

    @Test
    void questionThatFailsIsTheAskersTrouble() {
        assertThatThrownBy(() ->
                        loop.ask(_ -> {
                            throw new IllegalArgumentException("no such thing");
                        }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(outcomeOfAQuestion()).isEqualTo("answered");
        assertThat(forfeited).isEmpty();
    }

    @Test
    void workersAreWelcomed() throws Exception {
        loop.tell(connected(), () -> {});
        assertThat(Times.take(told, "order")).isEqualTo(new Welcome(new WorkerId("w"), 7));
    }

    @Test
    void tooManyRequestsAreRefusedAndTheOthersAnswered() throws Exception {
        slow = true;
        // The loop is in its hands now; what comes waits in the mailbox.
        Times.await("the loop waits", flushes::hasQueuedThreads);
        BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
        for (int i = 0; i < MAILBOX_MAX + 5; i++) {
            Thread.ofVirtual().start(() -> outcomes.add(outcomeOfAQuestion()));
        }
        for (int i = 0; i < 5; i++) {
            assertThat(Times.take(outcomes, "refusal")).isEqualTo("MASTER_BUSY");
        }
        slow = false;
        flushes.release(1_000);
        for (int i = 0; i < MAILBOX_MAX; i++) {
            assertThat(Times.take(outcomes, "answer")).isEqualTo("answered");
        }
    }

    @Test
    void brokenLoopForfeitsItsMandate() throws Exception {
        broken = true;
        loop.tell(connected(), () -> {});
        assertThat(Times.take(forfeited, "forfeit")).contains("broken");
    }

    @Test
    void loopWithoutAMandateDoesNothingMore() throws Exception {
        holds = false;
        assertThat(Times.take(forfeited, "forfeit")).contains("lease");
        loop.tell(connected(), () -> {});
        loop.close();
        assertThat(told).isEmpty();
        assertThat(outcomeOfAQuestion()).isEqualTo("NOT_LEADING");
    }

    @Test
    void whoeverWaitsWhenTheTermEndsIsTold() throws Exception {
        slow = true;
        Times.await("the loop waits", flushes::hasQueuedThreads);
        BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
        Thread asking = Thread.ofVirtual().start(() -> outcomes.add(outcomeOfAQuestion()));
        Times.await("the question waits", () -> asking.getState() == Thread.State.WAITING);
        loop.close();
        assertThat(Times.take(outcomes, "answer")).isEqualTo("NOT_LEADING");
    }

    @Test
    void termThatEndsInTheMiddleOfATurnIsNoBreakdown() throws Exception {
        CountDownLatch turning = new CountDownLatch(1);
        Thread closing = new Thread(loop::close);
        loop.tell(
                submitted(),
                () -> {
                    turning.countDown();
                    while (closing.getState() != Thread.State.WAITING) {
                        Thread.onSpinWait();
                    }
                });
        turning.await();
        closing.start();
        closing.join();
        assertThat(forfeited).isEmpty();
    }

    @Test
    void sessionThatBreaksBeforeItIsTakenInIsBroken() throws Exception {
        Sessions sessions = new Sessions(Duration.ofSeconds(1));
        Terms terms = new Terms();
        terms.begin(new Term(loop, sessions, Instant.EPOCH));
        slow = true;
        Times.await("the loop waits", flushes::hasQueuedThreads);
        StreamObserver<OpenSessionRequest> session =
                new SessionEndpoint(terms).openSession(new UnreadStream());
        session.onNext(
                OpenSessionRequest.newBuilder()
                        .setHello(
                                Hello.newBuilder()
                                        .setProtocolVersion(HelloWire.PROTOCOL_VERSION)
                                        .setWorkerId("w")
                                        .setIncarnation(1)
                                        .setAddress("127.0.0.1:1"))
                        .build());
        session.onError(Status.CANCELLED.asException());
        slow = false;
        flushes.release(1_000);
        WorkerState state =
                loop.peek((view, now) -> view.worker(new WorkerId("w"), now)).orElseThrow().state();
        assertThat(state).isNotEqualTo(WorkerState.READY);
    }

    private static SchedulerEvent submitted() {
        StageSpec stage =
                new StageSpec(
                        "only",
                        1,
                        TaskTemplate.command("true"),
                        Resources.cpu(1_000),
                        1,
                        Optional.empty(),
                        List.of());
        return new SchedulerEvent.JobSubmitted(
                "c",
                new JobSpec(
                        "r1",
                        "job",
                        "user",
                        0,
                        List.of(stage),
                        FailurePolicy.KEEP_GOING,
                        BackupPolicy.STRAGGLERS,
                        JobSpec.Durability.ONE),
                Instant.EPOCH);
    }

    private String outcomeOfAQuestion() {
        try {
            loop.ask(view -> view.cluster().activeJobs());
            return "answered";
        } catch (ApiException e) {
            return e.reason();
        }
    }

    private static WorkerConnected connected() {
        return new WorkerConnected(
                "c",
                new WorkerId("w"),
                1,
                7,
                "127.0.0.1:1",
                Resources.cpu(1_000),
                List.of(),
                List.of());
    }

    /** Hands that take as long as the test wants. */
    private final class SlowHands implements Hands {
        @Override
        public void tell(ToWorker command) {
            if (broken) {
                throw new IllegalStateException("told to break");
            }
            told.add(command);
        }

        @Override
        public void locate(LocateInputs command, SchedulerLoop loop) {}

        @Override
        public void flush() {
            try {
                if (slow) {
                    flushes.acquire();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The answers to a worker that reads none. */
    private static final class UnreadStream extends ServerCallStreamObserver<OpenSessionResponse> {
        @Override
        public void onNext(OpenSessionResponse response) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}

        @Override
        public boolean isReady() {
            return false;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void disableAutoRequest() {}
    }

    /** A mandate that the test takes away. */
    private final class RevocableMandate implements Mandate {
        @Override
        public boolean holds() {
            return holds;
        }

        @Override
        public void forfeit(String reason, @Nullable Throwable cause) {
            forfeited.add(reason);
        }
    }
}
