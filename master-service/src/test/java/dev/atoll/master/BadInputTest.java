package dev.atoll.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;

import dev.atoll.master.testing.FakeNaming;
import dev.atoll.master.testing.MasterUnderTest;
import dev.atoll.proto.cluster.v1.DrainNodeRequest;
import dev.atoll.proto.cluster.v1.ListNodesRequest;
import dev.atoll.proto.job.v1.AttachedInput;
import dev.atoll.proto.job.v1.BlobRef;
import dev.atoll.proto.job.v1.CancelJobRequest;
import dev.atoll.proto.job.v1.ExplainRequest;
import dev.atoll.proto.job.v1.GatheredInput;
import dev.atoll.proto.job.v1.ItemInput;
import dev.atoll.proto.job.v1.ItemList;
import dev.atoll.proto.job.v1.ItemSequence;
import dev.atoll.proto.job.v1.ItemTable;
import dev.atoll.proto.job.v1.JobSpec;
import dev.atoll.proto.job.v1.ListJobsRequest;
import dev.atoll.proto.job.v1.ListTasksRequest;
import dev.atoll.proto.job.v1.PipedInput;
import dev.atoll.proto.job.v1.PipedOutput;
import dev.atoll.proto.job.v1.RangePartition;
import dev.atoll.proto.job.v1.Resources;
import dev.atoll.proto.job.v1.Shuffle;
import dev.atoll.proto.job.v1.ShuffledInput;
import dev.atoll.proto.job.v1.StageSpec;
import dev.atoll.proto.job.v1.SubmitJobRequest;
import dev.atoll.proto.job.v1.TaskSelection;
import dev.atoll.proto.job.v1.TaskTemplate;
import dev.atoll.proto.job.v1.WarmTasks;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.grpc.FieldViolation;

import io.grpc.Status;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Input that is not allowed: every fault is named at once, and nothing of it reaches the ledger.
 */
final class BadInputTest {
    private static FakeNaming naming;
    private static MasterUnderTest master;

    @BeforeAll
    static void start() throws Exception {
        naming = new FakeNaming();
        master = new MasterUnderTest(naming).leading();
    }

    @AfterAll
    static void stop() {
        master.close();
        naming.close();
    }

    @Test
    void everyFaultOfASpecIsNamedAtOnce() {
        StageSpec stage =
                StageSpec.newBuilder()
                        .setName("Not This")
                        .setTaskCount(0)
                        .setMaxAttempts(101)
                        .setTimeout(Duration.newBuilder().setNanos(5))
                        .addDependsOn(0)
                        .setResources(
                                Resources.newBuilder()
                                        .setCpuMillis(-1)
                                        .setMemoryBytes(-1)
                                        .setGpuCount(65)
                                        .putLabels("BAD", "x"))
                        .setTask(
                                TaskTemplate.newBuilder()
                                        .addCommand("")
                                        .addCommand("a\0b")
                                        .putEnvironment("1X", "y")
                                        .putEnvironment("ATOLL_JOB", "y")
                                        .setWorkingDirectory("relative")
                                        .addOutputs("out/{}.csv")
                                        .addOutputs("../x")
                                        .addOutputs("/y")
                                        .addOutputs("[")
                                        .addOutputs("")
                                        .setOutputLimitBytes(-1))
                        .build();
        JobSpec spec =
                JobSpec.newBuilder()
                        .setName("bad\nname")
                        .setUser("bad user")
                        .setPriority(1_001)
                        .setFailurePolicyValue(77)
                        .setBackupPolicyValue(78)
                        .addAfter(0)
                        .addStages(stage)
                        .build();
        assertThat(fields(spec, "no spaces allowed"))
                .containsExactlyInAnyOrder(
                        "request_id",
                        "spec.name",
                        "spec.user",
                        "spec.priority",
                        "spec.failure_policy",
                        "spec.backup_policy",
                        "spec.after[0]",
                        "spec.stages[0].name",
                        "spec.stages[0].task_count",
                        "spec.stages[0].max_attempts",
                        "spec.stages[0].timeout",
                        "spec.stages[0].depends_on[0]",
                        "spec.stages[0].resources.cpu_millis",
                        "spec.stages[0].resources.memory_bytes",
                        "spec.stages[0].resources.gpu_count",
                        "spec.stages[0].resources.labels",
                        "spec.stages[0].task.command[0]",
                        "spec.stages[0].task.command[1]",
                        "spec.stages[0].task.environment",
                        "spec.stages[0].task.environment",
                        "spec.stages[0].task.working_directory",
                        "spec.stages[0].task.outputs",
                        "spec.stages[0].task.outputs[1]",
                        "spec.stages[0].task.outputs[2]",
                        "spec.stages[0].task.outputs[3]",
                        "spec.stages[0].task.outputs[4]",
                        "spec.stages[0].task.output_limit_bytes");
        assertThat(naming.ledger().entries()).isEmpty();
    }

    @Test
    void nothingAtAllIsNotAJob() {
        assertThat(fields(JobSpec.getDefaultInstance(), "r")).containsExactly("spec.stages");
        assertThat(fields(JobSpec.getDefaultInstance(), ""))
                .containsExactly("request_id", "spec.stages");
    }

    @Test
    void namesOfStagesAreUniqueWithTheirDefaults() {
        JobSpec spec =
                JobSpec.newBuilder()
                        .addStages(stage(1).setName("stage-1"))
                        .addStages(stage(1))
                        .build();
        assertThat(fields(spec, "r")).containsExactly("spec.stages[1].name");
    }

    @Test
    void inputsMustFitTheirStage() {
        JobSpec spec =
                JobSpec.newBuilder()
                        .addStages(
                                stage(2).setTask(
                                                task().setAttached(
                                                                AttachedInput
                                                                        .getDefaultInstance())))
                        .addStages(
                                stage(2).setTask(
                                                task().setItemBlob(ItemInput.getDefaultInstance())))
                        .addStages(
                                stage(2).addDependsOn(0)
                                        .setTask(
                                                task().setGathered(
                                                                GatheredInput.newBuilder()
                                                                        .setStage(1))))
                        .build();
        assertThat(fields(spec, "r"))
                .containsExactly(
                        "spec.stages[0].task.attached",
                        "spec.stages[1].task.item_blob",
                        "spec.stages[2].task.gathered.stage");
    }

    @Test
    void stagesThatReadRecordsMustFitToHowTheyAreKept() {
        TaskTemplate.Builder byHash =
                task().setShuffle(Shuffle.newBuilder().setHashCount(3).setCombinerValue(77));
        TaskTemplate.Builder byRange =
                task().setShuffle(
                                Shuffle.newBuilder().setRange(RangePartition.getDefaultInstance()));
        JobSpec spec =
                JobSpec.newBuilder()
                        .addStages(stage(2).setTask(byHash))
                        .addStages(stage(2).setTask(byRange))
                        .addStages(stage(2).setTask(task().setShuffle(Shuffle.newBuilder())))
                        .addStages(reading(2, 0, ShuffledInput.newBuilder().setStage(0)))
                        .addStages(
                                reading(
                                                4,
                                                1,
                                                ShuffledInput.newBuilder()
                                                        .setStage(1)
                                                        .setBoundsStage(2))
                                        .addDependsOn(2))
                        .addStages(
                                stage(1).addDependsOn(0)
                                        .setTask(
                                                task().setGathered(
                                                                GatheredInput.newBuilder()
                                                                        .setStage(0))))
                        .addStages(reading(3, 3, ShuffledInput.newBuilder().setStage(3)))
                        .build();

        assertThat(fields(spec, "r"))
                .containsExactly(
                        "spec.stages[0].task.shuffle.combiner",
                        "spec.stages[2].task.shuffle.partition",
                        "spec.stages[3].task.shuffled",
                        "spec.stages[4].task.shuffled.bounds_stage",
                        "spec.stages[5].task.gathered.stage",
                        "spec.stages[6].task.shuffled.stage");
    }

    @Test
    void warmProgramsHaveTheirInputAndOutputForThemselves() {
        WarmTasks warm = WarmTasks.getDefaultInstance();
        Shuffle shuffle = Shuffle.newBuilder().setHashCount(1).build();
        WarmTasks noBlob = WarmTasks.newBuilder().setSetup(BlobRef.getDefaultInstance()).build();
        JobSpec spec =
                JobSpec.newBuilder()
                        .addStages(stage(2).setTask(task().setWarm(warm).setShuffle(shuffle)))
                        .addStages(stage(1).setTask(task().setWarm(warm).addOutputs("out")))
                        .addStages(
                                stage(1).addDependsOn(0)
                                        .setTask(
                                                task().setWarm(warm)
                                                        .setGathered(GatheredInput.newBuilder())))
                        .addStages(stage(1).setTask(task().setWarm(noBlob)))
                        .build();

        assertThat(fields(spec, "r"))
                .contains(
                        "spec.stages[0].task.warm",
                        "spec.stages[1].task.warm",
                        "spec.stages[2].task.warm",
                        "spec.stages[3].task.warm.setup");
    }

    @Test
    void aPipeHasOneReaderRightBehindItsWriter() {
        PipedOutput pipe = PipedOutput.getDefaultInstance();
        PipedInput piped = PipedInput.getDefaultInstance();
        JobSpec spec =
                JobSpec.newBuilder()
                        .addStages(stage(1).setTask(task().setPipe(pipe)))
                        .addStages(stage(2).setTask(task().setPiped(piped).setPipe(pipe)))
                        .addStages(stage(1))
                        .addStages(stage(1).setTask(task().setPiped(piped)))
                        .addStages(stage(1).setTask(task().setPipe(pipe).addOutputs("out")))
                        .build();

        assertThat(fields(spec, "r"))
                .contains(
                        "spec.stages[1].task_count",
                        "spec.stages[1].task.pipe",
                        "spec.stages[3].task.piped",
                        "spec.stages[4].task.pipe")
                .noneMatch(it -> it.startsWith("spec.stages[0]"));
    }

    private static StageSpec.Builder reading(
            int tasks, int dependsOn, ShuffledInput.Builder input) {
        return stage(tasks).addDependsOn(dependsOn).setTask(task().setShuffled(input));
    }

    private static StageSpec.Builder listing(int tasks, String... items) {
        ItemList.Builder list = ItemList.newBuilder();
        for (String item : items) {
            list.addItems(ByteString.copyFromUtf8(item));
        }
        return stage(tasks).setTask(task().setList(list));
    }

    @Test
    void itemsMustBeEnoughAndNameable() {
        BlobRef good =
                BlobRef.newBuilder()
                        .setSha256(ByteString.copyFrom(new byte[32]))
                        .setSizeBytes(5)
                        .build();
        JobSpec spec =
                JobSpec.newBuilder()
                        .addStages(
                                stage(11)
                                        .setTask(
                                                task().setTable(
                                                                ItemTable.newBuilder()
                                                                        .setItemsPerChunk(10)
                                                                        .addChunks(good))))
                        .addStages(
                                stage(11)
                                        .setTask(
                                                task().setTable(
                                                                ItemTable.newBuilder()
                                                                        .setItemsPerChunk(10)
                                                                        .addChunks(good)
                                                                        .addChunks(
                                                                                BlobRef
                                                                                        .getDefaultInstance()))))
                        .addStages(
                                stage(2).setTask(
                                                task().setSequence(
                                                                ItemSequence.newBuilder()
                                                                        .setFirst(Long.MAX_VALUE))))
                        .addStages(listing(3, "a", "b\0"))
                        .addStages(listing(1, "x".repeat((64 << 10) + 1)))
                        .build();
        assertThat(fields(spec, "r"))
                .containsExactly(
                        "spec.stages[0].task.table.chunks",
                        "spec.stages[1].task.table.chunks[1]",
                        "spec.stages[2].task.sequence.step",
                        "spec.stages[3].task.list.items",
                        "spec.stages[3].task.list.items[1]",
                        "spec.stages[4].task.list.items");
    }

    @Test
    void specOverItsSizeIsRefused() {
        JobSpec.Builder spec = JobSpec.newBuilder();
        IntStream.range(0, 8)
                .forEach(i ->
                        spec.addStages(
                                stage(1).setTask(
                                                TaskTemplate.newBuilder()
                                                        .addCommand("x".repeat(100_000)))));
        assertThat(fields(spec.build(), "r")).containsExactly("spec");
    }

    @Test
    void messageOverTheLimitIsRefusedAndTheMasterLives() {
        JobSpec spec = JobSpec.newBuilder().setName("x".repeat(5 << 20)).build();
        Throwable thrown = catchThrowable(() -> submit(spec, "r"));
        assertThat(ApiException.from(thrown).code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(fields(JobSpec.getDefaultInstance(), "r")).isNotEmpty();
    }

    @Test
    void faultsOfOtherRequestsAreNamed() {
        assertThat(
                        fields(() ->
                                master.jobs()
                                        .listJobs(
                                                ListJobsRequest.newBuilder()
                                                        .setPageSize(1_001)
                                                        .setPageToken("!")
                                                        .build())))
                .containsExactly("page_size", "page_token");
        assertThat(
                        fields(() ->
                                master.jobs()
                                        .listTasks(
                                                ListTasksRequest.newBuilder()
                                                        .setJobId(1)
                                                        .setStateValue(44)
                                                        .setPageSize(-1)
                                                        .setPageToken("YWJj")
                                                        .build())))
                .containsExactlyInAnyOrder("page_size", "page_token", "state");
        assertThat(
                        fields(() ->
                                master.jobs()
                                        .cancelJob(
                                                CancelJobRequest.newBuilder()
                                                        .setJobId(1)
                                                        .setSignal(32)
                                                        .setReason("x".repeat(257))
                                                        .setTasks(
                                                                TaskSelection.newBuilder()
                                                                        .setStage(-1))
                                                        .build())))
                .containsExactlyInAnyOrder("signal", "reason", "tasks.stage");
        assertThat(
                        fields(() ->
                                master.jobs()
                                        .explain(
                                                ExplainRequest.newBuilder()
                                                        .setJobId(1)
                                                        .setTask(TaskSelection.getDefaultInstance())
                                                        .build())))
                .containsExactly("task.tasks");
        assertThat(
                        fields(() ->
                                master.cluster()
                                        .listNodes(
                                                ListNodesRequest.newBuilder()
                                                        .setPageSize(-3)
                                                        .build())))
                .containsExactly("page_size");
        assertThat(fields(() -> master.cluster().drainNode(DrainNodeRequest.getDefaultInstance())))
                .containsExactly("node_id");
    }

    private static List<String> fields(JobSpec spec, String requestId) {
        return fields(() -> submit(spec, requestId));
    }

    private static List<String> fields(ThrowingCallable call) {
        ApiException error = ApiException.from(catchThrowable(call));
        assertThat(error.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        return error.violations().stream().map(FieldViolation::field).toList();
    }

    private static void submit(JobSpec spec, String requestId) {
        var unused =
                master.jobs()
                        .submitJob(
                                SubmitJobRequest.newBuilder()
                                        .setRequestId(requestId)
                                        .setSpec(spec)
                                        .build());
    }

    private static StageSpec.Builder stage(int taskCount) {
        return StageSpec.newBuilder().setTaskCount(taskCount).setTask(task());
    }

    private static TaskTemplate.Builder task() {
        return TaskTemplate.newBuilder().addCommand("true");
    }
}
