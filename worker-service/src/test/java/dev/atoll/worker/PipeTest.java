package dev.atoll.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.TaskTemplate.Input;
import dev.atoll.core.model.TaskTemplate.Items;
import dev.atoll.core.model.TaskTemplate.Pipe;
import dev.atoll.proto.worker.v1.Grant;
import dev.atoll.proto.worker.v1.IntroduceStage;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.proto.worker.v1.ReadPipeRequest;
import dev.atoll.proto.worker.v1.ReadPipeResponse;
import dev.atoll.proto.worker.v1.Stop;
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
import io.grpc.StatusRuntimeException;

import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reading what an attempt of a whole worker writes into a pipe, over the wire. */
class PipeTest {
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
    void whatIsWrittenIsReadWhileItIsWritten() {
        Path go = directory.resolve("go");
        grant(
                Optional.of(new Pipe(true)),
                "sh",
                "-c",
                "echo first; while [ ! -e %s ]; do sleep 0.02; done; echo last".formatted(go));

        Iterator<ReadPipeResponse> pipe = open();
        assertThat(pipe.next().getData().isEmpty()).isTrue();
        assertThat(pipe.next().getData().toStringUtf8()).isEqualTo("first\n");
        assertThat(reason(() -> open())).isEqualTo("PIPE_TAKEN");
        assertThat(go.toFile().mkdir()).isTrue();
        assertThat(pipe.next().getData().toStringUtf8()).isEqualTo("last\n");
        assertThat(pipe.hasNext()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "9 | exec sleep 600",
                "15 | exec sleep 600",
                "15 | trap 'exit 0' TERM; sleep 600 & wait"
            })
    void whoeverIsStoppedByItsWorkerHasNotWrittenAll(int signal, String rest) {
        grant(Optional.of(new Pipe(false)), "sh", "-c", "echo some; " + rest);
        Iterator<ReadPipeResponse> pipe = open();
        pipe.next();
        assertThat(pipe.next().getData().toStringUtf8()).isEqualTo("some\n");
        session.send(
                1,
                Order.newBuilder()
                        .setStop(
                                Stop.newBuilder()
                                        .setJobId(JOB)
                                        .setTasks(RangesWire.toProto(Ranges.of(0)))
                                        .setSignal(signal)));

        assertThat(reason(() -> pipe.hasNext())).isEqualTo("WRITER_FAILED");
    }

    @Test
    void whatIsKeptIsNoPipe() {
        grant(Optional.empty(), "sleep", "600");

        assertThat(reason(() -> open())).isEqualTo("NO_PIPE");
    }

    @Test
    void whatDoesNotRunHereIsNotFound() {
        assertThat(reason(() -> read().hasNext())).isEqualTo("ATTEMPT_NOT_FOUND");
    }

    /** Takes the pipe, as soon as the grant has come through. */
    private Iterator<ReadPipeResponse> open() {
        while (true) {
            Iterator<ReadPipeResponse> pipe = read();
            try {
                assertThat(pipe.hasNext()).isTrue();
                return pipe;
            } catch (StatusRuntimeException e) {
                if (!ApiException.from(e).is("ATTEMPT_NOT_FOUND")) {
                    throw e;
                }
            }
        }
    }

    private Iterator<ReadPipeResponse> read() {
        return OutputServiceGrpc.newBlockingStub(channel)
                .readPipe(ReadPipeRequest.newBuilder().setJobId(JOB).setAttempt(1).build());
    }

    private static String reason(ThrowableAssert.ThrowingCallable call) {
        return ApiException.from(catchThrowable(call)).reason();
    }

    private void grant(Optional<Pipe> pipe, String... command) {
        TaskTemplate task =
                new TaskTemplate(
                        List.of(command),
                        new TreeMap<>(),
                        "",
                        new Items.Index(),
                        new Input.Empty(),
                        TaskTemplate.OUTPUT_LIMIT_BYTES_DEFAULT,
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        pipe);
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
    }
}
