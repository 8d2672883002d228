package dev.atoll.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.proto.worker.v1.Grant;
import dev.atoll.proto.worker.v1.Hello;
import dev.atoll.proto.worker.v1.IntroduceStage;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.proto.worker.v1.StageReport;
import dev.atoll.runtime.wire.RangesWire;
import dev.atoll.runtime.wire.SpecWire;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A worker as a real process, with its real settings, that dies without a warning. */
class WorkerProcessTest {
    private static final long JOB = 3;

    private FakeCluster cluster;
    private Process worker;

    @TempDir Path directory;

    @BeforeEach
    void start() throws Exception {
        cluster = new FakeCluster();
        cluster.lead(1);
        worker = startWorker();
    }

    @AfterEach
    void stop() throws Exception {
        worker.destroyForcibly().waitFor();
        cluster.close();
    }

    @Test
    void whenItIsKilledItsTasksDieAndItsOutputsStay() throws Exception {
        FakeCluster.Session session = open();
        grant(session, 0, "echo kept");
        assertThat(awaitSuccess(session)).isEqualTo(Ranges.of(0));
        grant(
                session,
                1,
                "setsid sleep 1000 & echo $! > escaped; echo $$ > leader; sync; mv escaped leader "
                        + directory
                        + "; wait");
        awaitStart(session);
        long leader = pid("leader");
        long escaped = pid("escaped");

        worker.destroyForcibly().waitFor();

        awaitDeath(leader);
        awaitDeath(escaped);
        worker = startWorker();
        Hello hello = cluster.nextSession().next().getHello();
        assertThat(hello.getOutstandingCount()).isZero();
        assertThat(RangesWire.fromProto(hello.getHeld(0).getTasks(), "held"))
                .isEqualTo(Ranges.of(0));
    }

    @Test
    void whenItIsToldToStopItLeavesInPeace() throws Exception {
        FakeCluster.Session session = open();
        grant(session, 0, "echo $$ > leader; mv leader " + directory + "; sleep 1000");
        awaitStart(session);
        long leader = pid("leader");

        worker.destroy();

        assertThat(worker.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(worker.exitValue()).isZero();
        awaitDeath(leader);
    }

    private Process startWorker() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkerMain.class.getName(),
                        "--worker-id=w1",
                        "--state-dir=" + directory.resolve("state"),
                        "--naming=" + cluster.address(),
                        "--cpus=2",
                        "--memory=1GiB",
                        "--labels=zone=a,disk=fast",
                        "--log-level=warn")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private FakeCluster.Session open() throws InterruptedException {
        FakeCluster.Session session = cluster.nextSession();
        Hello hello = session.next().getHello();
        assertThat(hello.getWorkerId()).isEqualTo("w1");
        assertThat(hello.getResources().getLabelsMap())
                .containsEntry("zone", "a")
                .containsEntry("disk", "fast");
        session.welcome(1);
        return session;
    }

    private static void grant(FakeCluster.Session session, int stage, String script) {
        StageSpec spec =
                new StageSpec(
                        "s",
                        1,
                        TaskTemplate.command("sh", "-c", script),
                        Resources.cpu(1_000),
                        1,
                        Optional.empty(),
                        List.of());
        session.send(
                1,
                Order.newBuilder()
                        .setIntroduce(
                                IntroduceStage.newBuilder()
                                        .setJobId(JOB)
                                        .setStage(stage)
                                        .setSpec(SpecWire.toProto(spec))),
                Order.newBuilder()
                        .setGrant(
                                Grant.newBuilder()
                                        .setJobId(JOB)
                                        .setStage(stage)
                                        .setAttempt(1)
                                        .setTasks(RangesWire.toProto(Ranges.of(0)))));
    }

    private static Ranges awaitSuccess(FakeCluster.Session session) throws InterruptedException {
        Ranges succeeded = Ranges.empty();
        while (succeeded.isEmpty()) {
            StageReport stage = session.next().getReport().getStages(0);
            assertThat(stage.getFailedList()).isEmpty();
            succeeded = RangesWire.fromProto(stage.getSucceeded(), "succeeded");
        }
        return succeeded;
    }

    private static void awaitStart(FakeCluster.Session session) throws InterruptedException {
        Ranges started = Ranges.empty();
        while (started.isEmpty()) {
            StageReport stage = session.next().getReport().getStages(0);
            started = RangesWire.fromProto(stage.getStarted(), "started");
        }
    }

    private long pid(String name) throws IOException {
        Path file = directory.resolve(name);
        while (!Files.exists(file)) {
            Thread.onSpinWait();
        }
        return Long.parseLong(Files.readString(file).strip());
    }

    private static void awaitDeath(long pid) throws Exception {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            assertThat(process.get().onExit().get(1, TimeUnit.MINUTES)).isNotNull();
        }
    }
}
