package dev.atoll.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.TaskTemplate.Input;
import dev.atoll.core.model.TaskTemplate.Items;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.worker.v1.CopyOutputs;
import dev.atoll.proto.worker.v1.CopyReport;
import dev.atoll.proto.worker.v1.Grant;
import dev.atoll.proto.worker.v1.IntroduceStage;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.proto.worker.v1.ReadTaskOutputsRequest;
import dev.atoll.proto.worker.v1.Report;
import dev.atoll.runtime.config.ByteSize;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.grpc.SecurityConfig;
import dev.atoll.runtime.metrics.Metrics;
import dev.atoll.runtime.naming.NamingConfig;
import dev.atoll.runtime.program.ServiceContext;
import dev.atoll.runtime.wire.RangesWire;
import dev.atoll.runtime.wire.SpecWire;

import io.grpc.ManagedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Two whole workers, one of which copies what the other has; the test plays a master for each. */
class CopyTest {
    private static final long JOB = 7;
    private static final int STAGE = 1;

    @TempDir Path directory;
    private Side source;
    private Side target;

    /** One worker and its master. */
    private final class Side implements AutoCloseable {
        final String id;
        final Metrics metrics = new Metrics();
        final FakeCluster cluster = new FakeCluster();
        final Worker worker;
        final FakeCluster.Session session;

        Side(String id) throws Exception {
            this.id = id;
            cluster.lead(1);
            worker =
                    Worker.start(
                            config(),
                            new ServiceContext("worker", metrics, (_, _) -> {}, Map.of()));
            session = cluster.nextSession();
            assertThat(session.next().hasHello()).isTrue();
            session.welcome(1);
        }

        Path state() {
            return directory.resolve(id);
        }

        private WorkerConfig config() throws IOException {
            Files.createDirectories(state());
            return new WorkerConfig(
                    Optional.of(id),
                    state(),
                    HostAndPort.anyLoopbackPort(),
                    Optional.empty(),
                    NamingConfig.of(cluster.address()),
                    Optional.of(2.0),
                    Optional.of(ByteSize.ofMebibytes(1_000)),
                    0,
                    Map.of(),
                    ByteSize.ofMebibytes(100),
                    ByteSize.ofMebibytes(0),
                    SecurityConfig.none());
        }

        /** Runs tasks to their end. */
        void run(Ranges tasks, String script) throws InterruptedException {
            TaskTemplate task =
                    new TaskTemplate(
                            List.of("sh", "-c", script),
                            new TreeMap<>(),
                            "",
                            new Items.Index(),
                            new Input.Empty(),
                            TaskTemplate.OUTPUT_LIMIT_BYTES_DEFAULT,
                            Optional.empty(),
                            List.of(),
                            Optional.empty(),
                            Optional.empty());
            StageSpec spec =
                    new StageSpec(
                            "stage",
                            10_000,
                            task,
                            Resources.cpu(500),
                            1,
                            Optional.empty(),
                            List.of());
            session.send(
                    1,
                    Order.newBuilder()
                            .setIntroduce(
                                    IntroduceStage.newBuilder()
                                            .setJobId(JOB)
                                            .setStage(STAGE)
                                            .setSpec(SpecWire.toProto(spec))),
                    Order.newBuilder()
                            .setGrant(
                                    Grant.newBuilder()
                                            .setJobId(JOB)
                                            .setStage(STAGE)
                                            .setAttempt(1)
                                            .setTasks(RangesWire.toProto(tasks))));
            RangeSet succeeded = new RangeSet();
            while (succeeded.size() < tasks.size()) {
                session.next()
                        .getReport()
                        .getStagesList()
                        .forEach(it ->
                                succeeded.addAll(RangesWire.fromProto(it.getSucceeded(), "tasks")));
            }
        }

        /** Copies from the other worker, and tells what has become of it. */
        CopyReport copy(Side from, Ranges tasks) throws InterruptedException {
            session.send(
                    1,
                    Order.newBuilder()
                            .setCopy(
                                    CopyOutputs.newBuilder()
                                            .setCopy(1)
                                            .setJobId(JOB)
                                            .setStage(STAGE)
                                            .setTasks(RangesWire.toProto(tasks))
                                            .setSourceAddress(from.worker.address().toString())
                                            .setSourceWorkerId(from.id)));
            Report report = session.next().getReport();
            while (report.getCopiesCount() == 0) {
                report = session.next().getReport();
            }
            return report.getCopies(0);
        }

        String read(Ranges tasks, OutputStream stream) throws InterruptedException {
            ManagedChannel channel = new Channels(Security.none()).open(worker.address());
            try {
                StringBuilder text = new StringBuilder();
                OutputServiceGrpc.newBlockingStub(channel)
                        .readTaskOutputs(
                                ReadTaskOutputsRequest.newBuilder()
                                        .setJobId(JOB)
                                        .setStage(STAGE)
                                        .setTasks(RangesWire.toProto(tasks))
                                        .addStreams(stream)
                                        .build())
                        .forEachRemaining(message ->
                                message.getChunksList()
                                        .forEach(it -> text.append(it.getData().toStringUtf8())));
                return text.toString();
            } finally {
                channel.shutdownNow();
            }
        }

        @Override
        public void close() {
            worker.close();
            cluster.close();
            metrics.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        source = new Side("w1");
        target = new Side("w2");
    }

    @AfterEach
    void stop() {
        source.close();
        target.close();
    }

    @Test
    void aCopyHasTheSameBytesAndOutlivesWhatItWasMadeOf() throws Exception {
        Ranges tasks = Ranges.between(0, 6);
        source.run(tasks, "seq 1 {}00000; echo complaint {} >&2");
        String output = source.read(tasks, OutputStream.OUTPUT_STREAM_STDOUT);

        CopyReport report = target.copy(source, tasks);
        source.worker.close();

        assertThat(RangesWire.fromProto(report.getCopied(), "copied")).isEqualTo(tasks);
        assertThat(report.getOver()).isTrue();
        assertThat(report.hasFailed() && report.getFailed().getBoundsCount() > 0).isFalse();
        assertThat(target.read(tasks, OutputStream.OUTPUT_STREAM_STDOUT).equals(output)).isTrue();
        assertThat(target.read(tasks, OutputStream.OUTPUT_STREAM_STDERR))
                .startsWith("complaint 0\ncomplaint 1\n");
    }

    @Test
    void anOutputThatIsMoreThanOneCopyBringsIsCopiedWhole() throws Exception {
        source.run(Ranges.between(0, 2), "head -c 80000000 /dev/zero");

        CopyReport report = target.copy(source, Ranges.between(0, 2));

        assertThat(RangesWire.fromProto(report.getCopied(), "copied")).isEqualTo(Ranges.of(0));
        assertThat(report.getFailed().getBoundsCount()).isZero();
        assertThat(report.getOver()).isTrue();
    }

    @Test
    void aDamagedOutputIsNotCopiedAndItsHolderSaysSo() throws Exception {
        source.run(Ranges.between(0, 3), "echo precious {}");
        flip(source.state(), "precious 1");

        CopyReport report = target.copy(source, Ranges.between(0, 3));

        assertThat(RangesWire.fromProto(report.getFailed(), "failed")).isEqualTo(Ranges.of(1));
        assertThat(report.getSourceToBlame()).isTrue();
        assertThat(RangesWire.fromProto(report.getCopied(), "copied")).isEqualTo(Ranges.of(0));
        Report damage = source.session.next().getReport();
        assertThat(damage.getDamagedCount()).isEqualTo(1);
        assertThat(RangesWire.fromProto(damage.getDamaged(0).getTasks(), "damaged"))
                .isEqualTo(Ranges.of(1));
    }

    @Test
    void whatTheSourceDoesNotHaveFailsAloneAndWhatCameBeforeIsKept() throws Exception {
        source.run(Ranges.between(0, 3), "echo precious {}");

        CopyReport report = target.copy(source, Ranges.between(0, 6));

        assertThat(RangesWire.fromProto(report.getCopied(), "copied"))
                .isEqualTo(Ranges.between(0, 3));
        assertThat(RangesWire.fromProto(report.getFailed(), "failed")).isEqualTo(Ranges.of(3));
        assertThat(report.getSourceToBlame()).isTrue();
    }

    @Test
    void aSourceThatIsGoneIsReported() throws Exception {
        source.run(Ranges.between(0, 3), "echo precious {}");
        source.worker.close();

        CopyReport report = target.copy(source, Ranges.between(0, 3));

        assertThat(RangesWire.fromProto(report.getFailed(), "failed"))
                .isEqualTo(Ranges.between(0, 3));
        assertThat(report.getSourceToBlame()).isTrue();
        assertThat(report.getOver()).isTrue();
    }

    /** Changes one byte of whatever file under a directory holds these words. */
    private static void flip(Path under, String words) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(under)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        int found = 0;
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(words);
            if (at >= 0) {
                bytes[at] ^= 1;
                Files.write(file, bytes);
                found++;
            }
        }
        assertThat(found).isEqualTo(1);
    }
}
