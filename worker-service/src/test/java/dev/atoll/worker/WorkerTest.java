package dev.atoll.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.TaskTemplate.Input;
import dev.atoll.core.model.TaskTemplate.Items;
import dev.atoll.proto.job.v1.Failure;
import dev.atoll.proto.job.v1.Item;
import dev.atoll.proto.job.v1.ItemChunk;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.worker.v1.Acknowledge;
import dev.atoll.proto.worker.v1.Discard;
import dev.atoll.proto.worker.v1.ForgetJob;
import dev.atoll.proto.worker.v1.Grant;
import dev.atoll.proto.worker.v1.Hello;
import dev.atoll.proto.worker.v1.IntroduceStage;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.proto.worker.v1.OutputServiceGrpc;
import dev.atoll.proto.worker.v1.ReadTaskOutputsRequest;
import dev.atoll.proto.worker.v1.Report;
import dev.atoll.proto.worker.v1.StageReport;
import dev.atoll.proto.worker.v1.Stop;
import dev.atoll.runtime.config.ByteSize;
import dev.atoll.runtime.config.HostAndPort;
import dev.atoll.runtime.grpc.Addressee;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.Channels;
import dev.atoll.runtime.grpc.PeerChannels;
import dev.atoll.runtime.grpc.Security;
import dev.atoll.runtime.grpc.SecurityConfig;
import dev.atoll.runtime.metrics.Metrics;
import dev.atoll.runtime.naming.NamingConfig;
import dev.atoll.runtime.program.ServiceContext;
import dev.atoll.runtime.wire.RangesWire;
import dev.atoll.runtime.wire.SpecWire;
import dev.atoll.worker.remote.LeaderGatherSource;
import dev.atoll.worker.remote.LeaderPatience;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A whole worker, with a master that the test plays. */
class WorkerTest {
    private static final long JOB = 7;
    private static final int STAGE = 1;

    private final CompletableFuture<String> fatal = new CompletableFuture<>();
    private final Metrics metrics = new Metrics();
    private ByteSize diskFreeMin = ByteSize.ofMebibytes(0);
    private FakeCluster cluster;
    private Worker worker;
    private ManagedChannel channel;

    @TempDir Path directory;

    @BeforeEach
    void start() throws Exception {
        cluster = new FakeCluster();
        cluster.lead(1);
        startWorker();
    }

    @AfterEach
    void stop() throws Exception {
        stopWorker();
        cluster.close();
        metrics.close();
    }

    @Test
    void introducesItself() throws Exception {
        FakeCluster.Session session = cluster.nextSession();

        Hello hello = session.next().getHello();

        assertThat(hello.getWorkerId()).isEqualTo("w1");
        assertThat(hello.getAddress()).isEqualTo(worker.address().toString());
        assertThat(hello.getResources().getCpuMillis()).isEqualTo(2_000);
        assertThat(hello.getResources().getLabelsMap()).isEqualTo(Map.of("zone", "a"));
        assertThat(cluster.nextMember()).isEqualTo("w1");
    }

    @Test
    void callsForAnotherWorkerAreRefused() throws Exception {
        cluster.nextSession();
        try (PeerChannels peers = new PeerChannels(new Channels(Security.none()), 1)) {
            var outputs = OutputServiceGrpc.newBlockingStub(peers.to(worker.address(), "w2"));
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() ->
                            outputs.readTaskOutputs(ReadTaskOutputsRequest.getDefaultInstance())
                                    .hasNext())
                    .satisfies(refusal ->
                            assertThat(ApiException.from(refusal).reason())
                                    .isEqualTo(Addressee.WRONG));
        }
    }

    @Test
    void runsWhatIsGrantedAndReports() throws Exception {
        FakeCluster.Session session = open(1);
        grant(session, 1, command("sh", "-c", "echo task {} says $ATOLL_FENCE; exit {}"), 0, 3);

        Map<Integer, Optional<Failure>> ends = ends(session, 3);

        assertThat(ends.get(0)).isEmpty();
        assertThat(ends.get(1)).map(Failure::getKind).contains(Failure.Kind.KIND_EXIT);
        assertThat(ends.get(2)).map(Failure::getCode).contains(2);
        assertThat(outputs(0)).isEqualTo("task 0 says 1.1\n");
        assertThat(outputs(1, 2)).isEqualTo("task 1 says 1.1\ntask 2 says 1.1\n");
    }

    @Test
    void saysWhichTasksWroteNothing() throws Exception {
        FakeCluster.Session session = open(1);
        grant(session, 1, command("sh", "-c", "[ {} = 0 ] || echo word >&{}"), 0, 3);

        RangeSet silent = new RangeSet();
        RangeSet succeeded = new RangeSet();
        while (succeeded.size() < 3) {
            for (StageReport report : session.next().getReport().getStagesList()) {
                succeeded.addAll(RangesWire.fromProto(report.getSucceeded(), "succeeded"));
                silent.addAll(RangesWire.fromProto(report.getSilent(), "silent"));
            }
        }

        assertThat(silent.toRanges()).isEqualTo(Ranges.of(0));
    }

    @Test
    void aThousandTasksComeBackInOrder() throws Exception {
        FakeCluster.Session session = open(1);
        grant(session, 1, command("echo", "{#}"), 0, 1_000);

        assertThat(ends(session, 1_000).values()).allMatch(Optional::isEmpty);

        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            expected.append(i).append('\n');
        }
        assertThat(outputs(Ranges.between(0, 1_000))).isEqualTo(expected.toString());
    }

    @Test
    void itemsComeFromTablesAndInputsFromBlobs() throws Exception {
        byte[] input = "bytes of the item".getBytes(StandardCharsets.UTF_8);
        ItemChunk chunk =
                ItemChunk.newBuilder()
                        .addItems(Item.newBuilder().setValue("first"))
                        .addItems(
                                Item.newBuilder()
                                        .setValue("a b")
                                        .setInput(SpecWire.toProto(relayed(input))))
                        .build();
        Items table = new Items.Table(2, List.of(relayed(chunk.toByteArray())));
        FakeCluster.Session session = open(1);
        grant(
                session,
                1,
                task(table, new Input.ItemBlob(), "sh", "-c", "echo \"$ATOLL_ITEM\" {}; cat"),
                1,
                2);

        assertThat(ends(session, 1).get(1)).isEmpty();

        assertThat(outputs(1)).isEqualTo("a b a b\nbytes of the item");
    }

    @Test
    void aBlobThatIsNowhereIsTheClustersTrouble() throws Exception {
        BlobRef nowhere = new BlobRef("ab".repeat(32), 5);
        FakeCluster.Session session = open(1);
        grant(
                session,
                1,
                task(new Items.Table(10, List.of(nowhere)), new Input.Empty(), "true"),
                0,
                1);

        assertThat(ends(session, 1).get(0).orElseThrow().getKind())
                .isEqualTo(Failure.Kind.KIND_INPUT_UNAVAILABLE);
    }

    @Test
    void gathersTheOutputsOfAnEarlierStage() throws Exception {
        cluster.gathers("one\n", "two\n", "three\n");
        FakeCluster.Session session = open(1);
        grant(session, 1, task(new Items.Index(), new Input.Gathered(0), "sort"), 0, 1);

        assertThat(ends(session, 1).get(0)).isEmpty();

        assertThat(outputs(0)).isEqualTo("one\nthree\ntwo\n");
    }

    @Test
    void aPartOfWhatAnEarlierStageWroteIsNotTakenForTheWhole() throws Exception {
        cluster.gathers("one\n", "two\n", "three\n");
        cluster.gathersIncompletely(2);
        FakeCluster.Session session = open(1);
        grant(session, 1, task(new Items.Index(), new Input.Gathered(0), "sort"), 0, 1);

        assertThat(ends(session, 1).get(0)).isEmpty();

        assertThat(outputs(0)).isEqualTo("one\nthree\ntwo\n");
    }

    @Test
    void whoWaitsForLongForWhatRunsAgainGivesItsPlaceBack() {
        cluster.gathers("one\n", "two\n");
        cluster.gathersIncompletely(Integer.MAX_VALUE);
        ManagedChannel leader = new Channels(Security.none()).open(cluster.address());
        try {
            LeaderGatherSource source =
                    new LeaderGatherSource(
                            leader, new LeaderPatience(Duration.ofMinutes(5)), Duration.ZERO);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> source.read(new StageRef(new JobId(JOB), STAGE), _ -> {}))
                    .withMessageContaining("run again");
        } finally {
            leader.shutdownNow();
        }
    }

    @Test
    void aProcessIsKilledWhenItsInputCannotBeGathered() throws Exception {
        FakeCluster.Session session = open(1);
        grant(session, 1, task(new Items.Index(), new Input.Gathered(0), "sort"), 0, 1);

        assertThat(ends(session, 1).get(0).orElseThrow().getKind())
                .isEqualTo(Failure.Kind.KIND_INPUT_UNAVAILABLE);
    }

    @Test
    void stopsWhatItIsToldToStop() throws Exception {
        FakeCluster.Session session = open(1);
        grant(session, 1, command("sleep", "1000"), 0, 5);

        session.send(
                1,
                Order.newBuilder()
                        .setStop(
                                Stop.newBuilder()
                                        .setJobId(JOB)
                                        .setStage(STAGE)
                                        .setSignal(15)
                                        .setTasks(RangesWire.toProto(Ranges.between(0, 5)))));

        assertThat(ends(session, 5).values())
                .allMatch(
                        failure -> failure.orElseThrow().getKind() == Failure.Kind.KIND_CANCELLED);
    }

    @Test
    void anAttemptThatWritesTooMuchIsKilled() throws Exception {
        FakeCluster.Session session = open(1);
        TaskTemplate yes =
                new TaskTemplate(
                        List.of("yes"),
                        new TreeMap<>(),
                        "",
                        new Items.Index(),
                        new Input.Empty(),
                        200_000,
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty());
        grant(session, 1, yes, 0, 1);

        assertThat(ends(session, 1).get(0).orElseThrow().getKind())
                .isEqualTo(Failure.Kind.KIND_OUTPUT_LIMIT);
        assertThat(outputs(0)).hasSize(200_000);
    }

    @Test
    void anAttemptThatTakesTooMuchMemoryIsKilled() throws Exception {
        FakeCluster.Session session = open(1);
        // The shell keeps what it has read in a variable.
        TaskTemplate hungry = command("sh", "-c", "x=$(yes | head -c 200000000); sleep 1000");
        grant(session, hungry, new Resources(1_000, 64 << 20, 0, new TreeMap<>()));

        Failure failure = ends(session, 1).get(0).orElseThrow();

        assertThat(failure.getKind()).isEqualTo(Failure.Kind.KIND_OUT_OF_MEMORY);
        assertThat(failure.getDetail()).endsWith("and had asked for 64 MiB");
    }

    @Test
    void aHundredMebibytesComeThroughWhole() throws Exception {
        FakeCluster.Session session = open(1);
        grant(session, 1, command("sh", "-c", "seq 1 13000000 | head -c 104857600"), 0, 1);
        assertThat(ends(session, 1).get(0)).isEmpty();

        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long length = 0;
        for (OutputChunk chunk : chunks(Ranges.of(0))) {
            digest.update(chunk.getData().asReadOnlyByteBuffer());
            length += chunk.getData().size();
        }

        assertThat(length).isEqualTo(104_857_600);
        assertThat(digest.digest()).isEqualTo(expectedDigest());
    }

    @Test
    void keepsItsTasksAndReportsWhenTheMasterIsLost() throws Exception {
        FakeCluster.Session session = open(1);
        Path go = directory.resolve("go");
        grant(
                session,
                1,
                command("sh", "-c", "until [ -e " + go + " ]; do sleep 0.01; done; echo done"),
                0,
                1);
        session.breakOff();
        FakeCluster.Session second = cluster.nextSession();
        Hello hello = second.next().getHello();
        assertThat(hello.getOutstandingCount()).isEqualTo(1);
        assertThat(hello.getEpoch()).isEqualTo(1);
        Files.createFile(go);
        second.welcome(2);

        assertThat(ends(second, 1).get(0)).isEmpty();
        assertThat(outputs(0)).isEqualTo("done\n");
    }

    @Test
    void anUnacknowledgedReportIsSentAgain() throws Exception {
        FakeCluster.Session session = open(1);
        grant(session, 1, command("true"), 0, 1);
        ends(session, 1);

        session.breakOff();
        FakeCluster.Session second = cluster.nextSession();
        Hello hello = second.next().getHello();
        assertThat(RangesWire.fromProto(hello.getHeld(0).getTasks(), "held"))
                .isEqualTo(Ranges.of(0));
        second.welcome(1);

        assertThat(ends(second, 1)).containsOnlyKeys(0);
    }

    @Test
    void leavesAMasterThatHasFallenSilentAndTakesItsTasksAlong() throws Exception {
        FakeCluster.Session silent = open(1);
        grant(silent, 1, command("sleep", "300"), 0, 1);
        silent.fallSilent();

        FakeCluster.Session next = cluster.nextSession();
        assertThat(next.next().getHello().getOutstandingList()).hasSize(1);
        assertThat(silent.isOver()).isTrue();
    }

    @Test
    void followsANewLeaderAndObeysNoOlderOne() throws Exception {
        FakeCluster.Session session = open(5);
        cluster.lead(6);
        FakeCluster.Session second = cluster.nextSession();
        assertThat(second.next().hasHello()).isTrue();
        second.welcome(6);
        // An order of the past: not obeyed.
        grant(second, 5, command("true"), 0, 1);
        grant(second, 6, command("true"), 1, 2);

        assertThat(ends(second, 1)).containsOnlyKeys(1);
        assertThat(session.isOver()).isTrue();
    }

    @Test
    void offersWhatItHoldsAfterARestart() throws Exception {
        FakeCluster.Session session = open(1);
        grant(session, 1, command("echo", "{}"), 0, 4);
        ends(session, 4);
        stopWorker();
        startWorker();

        Hello hello = cluster.nextSession().next().getHello();

        assertThat(hello.getOutstandingCount()).isZero();
        assertThat(RangesWire.fromProto(hello.getHeld(0).getTasks(), "held"))
                .isEqualTo(Ranges.between(0, 4));
        assertThat(outputs(3)).isEqualTo("3\n");
    }

    @Test
    void namesAStageAlsoWhereItHasOnlyFailures() throws Exception {
        FakeCluster.Session session = open(1);
        grant(session, 1, command("false"), 0, 1);
        ends(session, 1);
        stopWorker();
        startWorker();

        Hello hello = cluster.nextSession().next().getHello();

        assertThat(hello.getHeldList())
                .singleElement()
                .matches(held -> held.getJobId() == JOB && held.getStage() == STAGE)
                .matches(held -> held.getTasks().getBoundsCount() == 0);
    }

    @Test
    void whatAWorkerThatDiedHasLeftInTheSpoolIsInNobodysWay() throws Exception {
        open(1);
        stopWorker();
        Files.writeString(directory.resolve("worker/spool/1.out"), "left behind");
        startWorker();
        FakeCluster.Session session = open(1);
        grant(session, 1, command("head", "-c", "100000", "/dev/zero"), 0, 1);

        assertThat(ends(session, 1).get(0)).isEmpty();
    }

    @Test
    void dropsWhatDoesNotCount() throws Exception {
        FakeCluster.Session session = open(1);
        grant(session, 1, command("echo", "{}"), 0, 2);
        ends(session, 2);

        session.send(
                1,
                Order.newBuilder()
                        .setDiscard(
                                Discard.newBuilder()
                                        .setJobId(JOB)
                                        .setStage(STAGE)
                                        .setTasks(RangesWire.toProto(Ranges.of(0)))),
                Order.newBuilder().setAcknowledge(Acknowledge.newBuilder().setSequence(1)));
        grant(session, 1, command("echo", "{}"), 2, 3);
        ends(session, 1);

        assertThat(outputs(1)).isEqualTo("1\n");
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> outputs(0))
                .matches(e -> e.is("OUTPUT_NOT_FOUND"));
    }

    @Test
    void aFullDiskIsTheWorkersTroubleAndPasses() throws Exception {
        FakeCluster.Session session = open(1);
        Path spool = directory.resolve("worker/spool");
        Files.delete(spool);
        grant(session, 1, command("head", "-c", "100000", "/dev/zero"), 0, 1);
        assertThat(ends(session, 1).get(0).orElseThrow().getKind())
                .isEqualTo(Failure.Kind.KIND_WORKER_TROUBLE);

        Files.createDirectory(spool);
        grant(session, 1, command("head", "-c", "100000", "/dev/zero"), 1, 2);

        assertThat(ends(session, 1).get(1)).isEmpty();
    }

    @Test
    void eachMasterHearsOfAFullDiskBeforeItHearsOfTasks() throws Exception {
        cluster.nextSession();
        stopWorker();
        diskFreeMin = ByteSize.ofMebibytes(1L << 40);
        startWorker();
        FakeCluster.Session session = open(1);
        grant(session, 1, command("true"), 0, 1);
        ends(session, 1);
        session.breakOff();

        FakeCluster.Session second = open(1);

        assertThat(second.nextOfAny().getHeartbeat().getShortage()).contains("disk is full");
        assertThat(ends(second, 1)).containsOnlyKeys(0);
    }

    @Test
    void sendsHeartbeats() throws Exception {
        FakeCluster.Session session = open(1);

        assertThat(session.nextOfAny().getHeartbeat().getStatistics().getDiskBytesFree())
                .isPositive();
        assertThat(session.nextOfAny().hasHeartbeat()).isTrue();
    }

    @Test
    void givesWayToANewerSelf() throws Exception {
        cluster.nextSession()
                .refuse(
                        ApiException.failedPrecondition("NEWER_INCARNATION", "another has come")
                                .toStatusException());

        assertThat(fatal.get(1, TimeUnit.MINUTES)).contains("another has come");
    }

    @Test
    void stopsAndSaysWhyWhenTheMasterSpeaksAnotherVersion() throws Exception {
        cluster.nextSession()
                .refuse(
                        ApiException.failedPrecondition(
                                        "PROTOCOL_VERSION",
                                        "this master speaks version 2 of the session protocol, the"
                                                + " worker 1")
                                .toStatusException());

        assertThat(fatal.get(1, TimeUnit.MINUTES)).contains("version 2", "the worker 1");
    }

    @Test
    void aSecondWorkerCannotHaveTheSameState() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Worker.start(config(), context()))
                .withMessageContaining("has " + directory);
    }

    @Test
    void nothingRunsAnyMoreWhenAJobIsForgotten() throws Exception {
        FakeCluster.Session session = open(1);
        grant(session, 1, command("sh", "-c", "echo $$ > " + directory + "/pid; sleep 1000"), 0, 1);
        StageReport started = session.next().getReport().getStages(0);
        assertThat(started.getStarted().getBoundsCount()).isEqualTo(2);
        long pid = Long.parseLong(Files.readString(directory.resolve("pid")).strip());

        session.send(1, Order.newBuilder().setForget(ForgetJob.newBuilder().setJobId(JOB)));

        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            assertThat(process.get().onExit().get(1, TimeUnit.MINUTES)).isNotNull();
        }
    }

    private void startWorker() throws IOException {
        worker = Worker.start(config(), context());
        channel = new Channels(Security.none()).open(worker.address());
    }

    private void stopWorker() throws InterruptedException {
        channel.shutdownNow().awaitTermination(1, TimeUnit.MINUTES);
        worker.close();
    }

    private WorkerConfig config() {
        return new WorkerConfig(
                Optional.of("w1"),
                directory,
                HostAndPort.anyLoopbackPort(),
                Optional.empty(),
                NamingConfig.of(cluster.address()),
                Optional.of(2.0),
                Optional.of(ByteSize.ofMebibytes(1_000)),
                0,
                Map.of("zone", "a"),
                ByteSize.ofMebibytes(100),
                diskFreeMin,
                SecurityConfig.none());
    }

    private ServiceContext context() {
        return new ServiceContext(
                "worker", metrics, (reason, _) -> fatal.complete(reason), Map.of());
    }

    private FakeCluster.Session open(long epoch) throws InterruptedException {
        FakeCluster.Session session = cluster.nextSession();
        assertThat(session.next().hasHello()).isTrue();
        session.welcome(epoch);
        return session;
    }

    private static TaskTemplate command(String... command) {
        return task(new Items.Index(), new Input.Empty(), command);
    }

    private static TaskTemplate task(Items items, Input input, String... command) {
        return new TaskTemplate(
                List.of(command),
                new TreeMap<>(),
                "",
                items,
                input,
                TaskTemplate.OUTPUT_LIMIT_BYTES_DEFAULT,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static void grant(
            FakeCluster.Session session, long epoch, TaskTemplate task, int first, int end) {
        session.send(
                epoch,
                introduction(task, Resources.cpu(1_000)),
                Order.newBuilder()
                        .setGrant(
                                Grant.newBuilder()
                                        .setJobId(JOB)
                                        .setStage(STAGE)
                                        .setAttempt(1)
                                        .setTasks(RangesWire.toProto(Ranges.between(first, end)))));
    }

    private static void grant(FakeCluster.Session session, TaskTemplate task, Resources need) {
        session.send(1, introduction(task, need));
        session.send(
                1,
                Order.newBuilder()
                        .setGrant(
                                Grant.newBuilder()
                                        .setJobId(JOB)
                                        .setStage(STAGE)
                                        .setAttempt(1)
                                        .setTasks(RangesWire.toProto(Ranges.of(0)))));
    }

    private static Order.Builder introduction(TaskTemplate task, Resources need) {
        StageSpec spec = new StageSpec("stage", 10_000, task, need, 1, Optional.empty(), List.of());
        return Order.newBuilder()
                .setIntroduce(
                        IntroduceStage.newBuilder()
                                .setJobId(JOB)
                                .setStage(STAGE)
                                .setSpec(SpecWire.toProto(spec)));
    }

    /** How each task ended, as soon as so many have. */
    private static Map<Integer, Optional<Failure>> ends(FakeCluster.Session session, int count)
            throws InterruptedException {
        Map<Integer, Optional<Failure>> ends = new TreeMap<>();
        while (ends.size() < count) {
            Report report = session.next().getReport();
            for (StageReport stage : report.getStagesList()) {
                RangesWire.fromProto(stage.getSucceeded(), "succeeded")
                        .indexes()
                        .forEachRemaining((int index) -> ends.put(index, Optional.empty()));
                stage.getFailedList()
                        .forEach(failed ->
                                RangesWire.fromProto(failed.getTasks(), "failed")
                                        .indexes()
                                        .forEachRemaining((int index) ->
                                                ends.put(index, Optional.of(failed.getFailure()))));
            }
        }
        return ends;
    }

    private String outputs(int... indexes) {
        List<Ranges.Range> ranges =
                Arrays.stream(indexes)
                        .mapToObj(index -> new Ranges.Range(index, index + 1))
                        .toList();
        return outputs(Ranges.of(ranges));
    }

    private String outputs(Ranges tasks) {
        StringBuilder text = new StringBuilder();
        chunks(tasks).forEach(chunk -> text.append(chunk.getData().toStringUtf8()));
        return text.toString();
    }

    private List<OutputChunk> chunks(Ranges tasks) {
        ArrayList<OutputChunk> chunks = new ArrayList<>();
        try {
            OutputServiceGrpc.newBlockingStub(channel)
                    .readTaskOutputs(
                            ReadTaskOutputsRequest.newBuilder()
                                    .setJobId(JOB)
                                    .setStage(STAGE)
                                    .setTasks(RangesWire.toProto(tasks))
                                    .addStreams(OutputStream.OUTPUT_STREAM_STDOUT)
                                    .build())
                    .forEachRemaining(message -> chunks.addAll(message.getChunksList()));
        } catch (StatusRuntimeException e) {
            throw ApiException.from(e);
        }
        assertThat(chunks.stream().filter(OutputChunk::getLast).count()).isEqualTo(tasks.size());
        return chunks;
    }

    private BlobRef relayed(byte[] bytes) throws Exception {
        BlobRef blob =
                new BlobRef(
                        HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)),
                        bytes.length);
        cluster.relays(blob, bytes);
        return blob;
    }

    private static byte[] expectedDigest() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] bytes = new byte[104_857_600];
        int at = 0;
        for (int i = 1; at < bytes.length; i++) {
            byte[] line = (i + "\n").getBytes(StandardCharsets.US_ASCII);
            int length = Math.min(line.length, bytes.length - at);
            System.arraycopy(line, 0, bytes, at, length);
            at += length;
        }
        return digest.digest(bytes);
    }
}
