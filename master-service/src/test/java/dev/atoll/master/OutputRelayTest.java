package dev.atoll.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.master.testing.FakeNaming;
import dev.atoll.master.testing.FakeWorker;
import dev.atoll.master.testing.MasterUnderTest;
import dev.atoll.proto.job.v1.Durability;
import dev.atoll.proto.job.v1.Failure;
import dev.atoll.proto.job.v1.FindOutputsRequest;
import dev.atoll.proto.job.v1.FindOutputsResponse;
import dev.atoll.proto.job.v1.JobState;
import dev.atoll.proto.job.v1.OutputChunk;
import dev.atoll.proto.job.v1.OutputHolder;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.job.v1.ReadOutputRequest;
import dev.atoll.proto.job.v1.ReadOutputResponse;
import dev.atoll.proto.job.v1.SubmitJobRequest;
import dev.atoll.proto.job.v1.TaskRanges;
import dev.atoll.proto.job.v1.TaskSelection;
import dev.atoll.proto.worker.v1.Grant;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.RangesWire;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Outputs of many workers as one stream. */
final class OutputRelayTest {
    private FakeNaming naming;
    private MasterUnderTest master;
    private final List<FakeWorker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        naming = new FakeNaming();
        master = new MasterUnderTest(naming).leading();
    }

    @AfterEach
    void stop() {
        threads.forEach(Thread::interrupt);
        workers.forEach(FakeWorker::close);
        master.close();
        naming.close();
    }

    @Test
    void outputsOfThreeWorkersAreMergedInTaskOrder() throws Exception {
        Random random = new Random(17);
        Map<Integer, ByteString> expected = new HashMap<>();
        long job = runOnThreeWorkers(300, random, expected);
        Collected collected = collect(master.jobs().readOutput(request(job).build()));
        assertThat(collected.order).hasSize(300).isSorted();
        assertThat(collected.bytes).isEqualTo(expected);
    }

    @Test
    void saysOfManyTasksInPartsWhoHasTheirOutputs() throws Exception {
        int count = 70_000;
        worker("w1");
        assertThat(master.submit("r1", count)).isEqualTo(1);
        Thread running = Thread.ofVirtual().start(() -> runAll(workers.getFirst()));
        master.awaitEnd(1);
        running.interrupt();

        List<FindOutputsResponse> parts = new ArrayList<>();
        master.jobs()
                .findOutputs(FindOutputsRequest.newBuilder().setJobId(1).build())
                .forEachRemaining(parts::add);

        RangeSet found = new RangeSet();
        for (FindOutputsResponse part : parts) {
            assertThat(part.getHoldersList())
                    .extracting(OutputHolder::getWorkerId)
                    .containsOnly("w1");
            part.getHoldersList()
                    .forEach(it -> found.addAll(RangesWire.fromProto(it.getTasks(), "tasks")));
        }
        assertThat(parts).hasSize(2);
        assertThat(found.toRanges()).isEqualTo(Ranges.between(0, count));
    }

    @Test
    void brokenStreamGoesOnAtTheExactByte() throws Exception {
        Random random = new Random(23);
        Map<Integer, ByteString> expected = new HashMap<>();
        long job = runOnThreeWorkers(60, random, expected);
        for (FakeWorker worker : workers) {
            worker.outputs().chunkBytes(1_000);
            int task = worker.ran(job + "/0").getFirst();
            ByteString large = bytes(random, 50_000);
            worker.outputs().put("%d/0.%d".formatted(job, task), large);
            expected.put(task, large);
            worker.outputs().breakAt("%d/0.%d".formatted(job, task), 33_000);
        }
        Collected collected = collect(master.jobs().readOutput(request(job).build()));
        assertThat(collected.order).hasSize(60).isSorted();
        assertThat(collected.bytes).isEqualTo(expected);
    }

    @Test
    void restOfATaskThatWasCutOffComesBeforeOthersThatHaveFinishedMeanwhile() throws Exception {
        FakeWorker worker = worker("w1");
        ByteString large = bytes(new Random(29), 50_000, 60_000);
        worker.outputs().chunkBytes(1_000);
        worker.outputs().put("1/0.1", large);
        assertThat(master.submit("r1", 2)).isEqualTo(1);
        Grant grant = worker.awaitGrant();
        worker.succeed(part(grant, 1));
        worker.awaitOrder(Order.OrderCase.ACKNOWLEDGE);
        worker.outputs()
                .breakAt(
                        "1/0.1",
                        33_000,
                        () -> {
                            worker.succeed(part(grant, 0));
                            master.awaitEnd(1);
                        });
        Collected collected =
                collect(
                        master.jobs()
                                .readOutput(request(1).setFollow(true).setUnordered(true).build()));
        assertThat(collected.order).containsExactly(1, 0);
        assertThat(collected.bytes).containsEntry(1, large);
    }

    @Test
    void restOfATaskThatRunsAgainComesBeforeOthers() throws Exception {
        ByteString large = bytes(new Random(31), 50_000, 60_000);
        Collected collected = collect(cutOffAndRunAgain(large, large));
        assertThat(collected.order).startsWith(0, 1);
        assertThat(collected.bytes).containsEntry(0, large);
    }

    @Test
    void twoRunsOfATaskAreNotJoined() throws Exception {
        Random random = new Random(37);
        ByteString output = bytes(random, 50_000, 60_000);
        for (ByteString again :
                List.of(bytes(random, 50_000, 60_000), output.substring(0, 20_000))) {
            Iterator<ReadOutputResponse> stream = cutOffAndRunAgain(output, again);
            ApiException error = ApiException.from(catchThrowable(() -> collect(stream)));
            assertThat(error.reason()).isEqualTo("OUTPUT_LOST");
            assertThat(error.metadata()).containsEntry("tasks", "0");
            stop();
            start();
        }
    }

    @Test
    void whoWatchesATaskSeesItsNextAttemptFromTheBeginning() throws Exception {
        FakeWorker worker = worker("w1");
        long job = master.submit("r1", 1);
        Grant grant = worker.awaitGrant();
        worker.outputs().put(job + "/0.0", ByteString.copyFromUtf8("first attempt;"));
        Iterator<ReadOutputResponse> stream =
                master.jobs()
                        .readOutput(
                                request(job)
                                        .setTasks(selection(0, 1))
                                        .setFollow(true)
                                        .setIncludeRunning(true)
                                        .build());
        Collected collected = new Collected();
        collected.add(stream.next());
        worker.outputs().put(job + "/0.0", ByteString.copyFromUtf8("second attempt, longer"));
        worker.succeed(grant);
        stream.forEachRemaining(collected::add);
        assertThat(collected.bytes.get(0).toStringUtf8())
                .isEqualTo("first attempt;second attempt, longer");
    }

    @Test
    void followWaitsForTasksThatRun() throws Exception {
        FakeWorker worker = worker("w1");
        long job = master.submit("r1", 4);
        Grant grant = worker.awaitGrant();
        Iterator<ReadOutputResponse> stream =
                master.jobs().readOutput(request(job).setFollow(true).build());
        worker.succeed(part(grant, 0));
        Collected collected = new Collected();
        collected.add(stream.next());
        assertThat(collected.order).containsExactly(0);
        worker.succeed(part(grant, 2));
        worker.succeed(part(grant, 1));
        worker.succeed(part(grant, 3));
        stream.forEachRemaining(collected::add);
        assertThat(collected.order).containsExactly(0, 1, 2, 3);
    }

    @Test
    void unorderedFollowShowsTasksAsTheyFinish() throws Exception {
        FakeWorker worker = worker("w1");
        long job = master.submit("r1", 3);
        Grant grant = worker.awaitGrant();
        Iterator<ReadOutputResponse> stream =
                master.jobs().readOutput(request(job).setFollow(true).setUnordered(true).build());
        Collected collected = new Collected();
        for (int index : new int[] {2, 0, 1}) {
            worker.succeed(part(grant, index));
            collected.add(stream.next());
        }
        stream.forEachRemaining(collected::add);
        assertThat(collected.order).containsExactly(2, 0, 1);
    }

    @Test
    void whatWroteNothingIsReadWithoutItsWorker() throws Exception {
        FakeWorker worker = worker("w1");
        long job = master.submit("r1", 4);
        Grant grant = worker.awaitGrant();
        worker.succeedSilently(part(grant, 0));
        worker.succeed(part(grant, 1));
        worker.succeedSilently(part(grant, 2));
        worker.succeedSilently(part(grant, 3));
        master.awaitEnd(job);
        Collected all = collect(master.jobs().readOutput(request(job).build()));
        assertThat(all.order).containsExactly(0, 1, 2, 3);
        assertThat(all.bytes.get(2)).isEmpty();
        assertThat(all.bytes.get(1)).isNotEmpty();
        worker.close();
        ReadOutputRequest silent = request(job).setTasks(selection(2, 2)).build();
        assertThat(collect(master.jobs().readOutput(silent)).order).containsExactly(2, 3);
    }

    @Test
    void withoutFollowThereIsWhatThereIs() throws Exception {
        FakeWorker worker = worker("w1");
        long job = master.submit("r1", 3);
        Grant grant = worker.awaitGrant();
        worker.succeed(part(grant, 1));
        worker.awaitOrder(Order.OrderCase.ACKNOWLEDGE);
        assertThat(collect(master.jobs().readOutput(request(job).build())).order)
                .containsExactly(1);
    }

    @Test
    void whoWantsAllOfThemIsToldOfThoseThatRunAgain() throws Exception {
        FakeWorker first = worker("w1");
        long job = master.submit("r1", 2);
        Grant grant = first.awaitGrant();
        first.succeed(part(grant, 0));
        first.awaitOrder(Order.OrderCase.ACKNOWLEDGE);
        first.close();
        // The task that was done is waited for while its worker may come back, and is refused then.
        ApiException error =
                ApiException.from(
                        catchThrowable(() ->
                                collect(
                                        master.jobs()
                                                .readOutput(
                                                        request(job)
                                                                .setTasks(selection(0, 1))
                                                                .setComplete(true)
                                                                .build()))));
        assertThat(error.reason()).isEqualTo("OUTPUT_INCOMPLETE");
        assertThat(error.isUnavailable()).isTrue();
        assertThat(error.metadata()).containsEntry("stage", "0").containsEntry("tasks", "0");
        worker("w2").run(2);
        master.awaitEnd(job);
        assertThat(collect(master.jobs().readOutput(request(job).setComplete(true).build())).order)
                .containsExactly(0, 1);
    }

    @Test
    void whoWantsAllOfThemIsToldOfThoseThatFailed() throws Exception {
        FakeWorker worker = worker("w1");
        long job = master.submit("r1", 2);
        Grant grant = worker.awaitGrant();
        worker.fail(part(grant, 0), Failure.newBuilder().setKind(Failure.Kind.KIND_EXIT).build());
        worker.succeed(part(grant, 1));
        master.awaitEnd(job);
        assertThat(reason(request(job).setComplete(true).build())).isEqualTo("OUTPUT_INCOMPLETE");
    }

    @Test
    void outputsOfFailedTasksAreSentOnlyWhenWanted() throws Exception {
        FakeWorker worker = worker("w1");
        long job = master.submit("r1", 2);
        Grant grant = worker.awaitGrant();
        worker.outputs().put(job + "/0.0", ByteString.copyFromUtf8("last words"));
        worker.fail(part(grant, 0), Failure.newBuilder().setKind(Failure.Kind.KIND_EXIT).build());
        worker.succeed(part(grant, 1));
        master.awaitEnd(job);
        assertThat(collect(master.jobs().readOutput(request(job).build())).order)
                .containsExactly(1);
        assertThat(
                        collect(
                                        master.jobs()
                                                .readOutput(
                                                        request(job)
                                                                .setIncludeFailed(true)
                                                                .setFollow(true)
                                                                .build()))
                                .bytes)
                .containsEntry(0, ByteString.copyFromUtf8("last words"))
                .hasSize(2);
    }

    @Test
    void bothStreamsAreSentAndSelected() throws Exception {
        FakeWorker worker = worker("w1");
        long job = master.submit("r1", 3);
        worker.outputs().putError(job + "/0.1", ByteString.copyFromUtf8("complaint"));
        worker.run(3);
        master.awaitEnd(job);
        Iterator<ReadOutputResponse> stream =
                master.jobs()
                        .readOutput(
                                request(job)
                                        .setTasks(selection(1, 1))
                                        .addStreams(OutputStream.OUTPUT_STREAM_STDOUT)
                                        .addStreams(OutputStream.OUTPUT_STREAM_STDERR)
                                        .build());
        List<OutputChunk> chunks = new ArrayList<>();
        stream.forEachRemaining(message -> chunks.addAll(message.getChunksList()));
        assertThat(chunks).extracting(OutputChunk::getIndex).containsOnly(1);
        assertThat(chunks.getLast().getData().toStringUtf8()).isEqualTo("complaint");
        assertThat(chunks.getLast().getLast()).isTrue();
    }

    @Test
    void runningTaskIsShownAsFarAsItHasCome() throws Exception {
        FakeWorker worker = worker("w1");
        long job = master.submit("r1", 1);
        Grant grant = worker.awaitGrant();
        worker.outputs().put(job + "/0.0", ByteString.copyFromUtf8("so far"));
        Iterator<ReadOutputResponse> stream =
                master.jobs()
                        .readOutput(
                                request(job)
                                        .setTasks(selection(0, 1))
                                        .setFollow(true)
                                        .setIncludeRunning(true)
                                        .build());
        Collected collected = new Collected();
        collected.add(stream.next());
        assertThat(collected.bytes.get(0).toStringUtf8()).isEqualTo("so far");
        worker.outputs().put(job + "/0.0", ByteString.copyFromUtf8("so far, so good"));
        worker.succeed(grant);
        stream.forEachRemaining(collected::add);
        assertThat(collected.bytes.get(0).toStringUtf8()).isEqualTo("so far, so good");
        assertThat(collected.order).containsExactly(0);
    }

    @Test
    void lookAtARunningTaskIsOneLook() throws Exception {
        FakeWorker worker = worker("w1");
        long job = master.submit("r1", 1);
        worker.awaitGrant();
        worker.outputs().put(job + "/0.0", ByteString.copyFromUtf8("so far"));
        ReadOutputRequest look =
                request(job).setTasks(selection(0, 1)).setIncludeRunning(true).build();
        Collected collected = collect(master.jobs().readOutput(look));
        assertThat(collected.bytes.get(0).toStringUtf8()).isEqualTo("so far");
        assertThat(collected.order).isEmpty();
    }

    @Test
    void lookAtATaskThatWaitsShowsNothing() {
        long job = master.submit("r1", 1);
        ReadOutputRequest look =
                request(job).setTasks(selection(0, 1)).setIncludeRunning(true).build();
        assertThat(collect(master.jobs().readOutput(look)).bytes).isEmpty();
    }

    @Test
    void lostOutputOfAnEndedJobIsAnErrorWithItsTasks() throws Exception {
        FakeWorker worker = worker("w1");
        long job = master.submit("r1", 5);
        worker.run(5);
        master.awaitEnd(job);
        worker.outputs().forget(job + "/0.3");
        ApiException error =
                ApiException.from(
                        catchThrowable(
                                () -> collect(master.jobs().readOutput(request(job).build()))));
        assertThat(error.reason()).isEqualTo("OUTPUT_LOST");
        assertThat(error.metadata()).containsEntry("stage", "0").containsEntry("tasks", "3");
    }

    @Test
    void outputThatIsLostWhileTheJobRunsComesFromItsNewRun() throws Exception {
        FakeWorker first = worker("w1");
        long job = master.submit("r1", 2);
        Grant grant = first.awaitGrant();
        first.succeed(part(grant, 0));
        first.awaitOrder(Order.OrderCase.ACKNOWLEDGE);
        first.close();
        Iterator<ReadOutputResponse> stream =
                master.jobs().readOutput(request(job).setFollow(true).build());
        FakeWorker second = worker("w2");
        second.run(2);
        Collected collected = collect(stream);
        assertThat(collected.order).containsExactly(0, 1);
        assertThat(second.ran(job + "/0")).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void whatOneWorkerHasLostIsReadFromItsCopy() throws Exception {
        long job = runOnBoth();
        FakeWorker first = workers.get(0);
        FakeWorker second = workers.get(1);
        first.outputs().forget(job + "/0.0");
        second.outputs().forget(job + "/0.1");
        Collected collected = collect(master.jobs().readOutput(request(job).build()));
        assertThat(collected.order).containsExactly(0, 1, 2);
        assertThat(collected.bytes)
                .allSatisfy((index, bytes) ->
                        assertThat(bytes).isEqualTo(FakeWorker.output(job + "/0", index)));
        first.close();
        second.outputs().put(job + "/0.1", FakeWorker.output(job + "/0", 1));
        assertThat(collect(master.jobs().readOutput(request(job).build())).bytes)
                .isEqualTo(collected.bytes);
        assertThat(first.ran(job + "/0").size() + second.ran(job + "/0").size()).isEqualTo(3);
    }

    @Test
    void whoDidNotAnswerIsAskedAgainWhenTheOthersDoNotHaveIt() throws Exception {
        long job = runOnBoth();
        for (FakeWorker silent : workers) {
            FakeWorker other = workers.get(1 - workers.indexOf(silent));
            ByteString output = silent.outputs().get(job + "/0.1");
            silent.outputs().breakAt(job + "/0.1", 0);
            other.outputs().forget(job + "/0.1");

            Collected collected = collect(master.jobs().readOutput(request(job).build()));

            assertThat(collected.order).containsExactly(0, 1, 2);
            assertThat(collected.bytes).containsEntry(1, output);
            other.outputs().put(job + "/0.1", output);
        }
    }

    /** Three tasks whose outputs are on two workers; returns the job when it has ended. */
    private long runOnBoth() throws Exception {
        FakeWorker first = worker("w1");
        FakeWorker second = worker("w2");
        first.awaitOrder(Order.OrderCase.WELCOME);
        second.awaitOrder(Order.OrderCase.WELCOME);
        SubmitJobRequest.Builder submission = MasterUnderTest.submission("r1", 3).toBuilder();
        submission.getSpecBuilder().setDurability(Durability.DURABILITY_TWO);
        long job = master.jobs().submitJob(submission.build()).getJobId();
        for (FakeWorker worker : workers) {
            threads.add(Thread.ofVirtual().start(() -> runAndCopyAll(worker)));
        }
        assertThat(master.awaitEnd(job).getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
        return job;
    }

    /** Carries out every grant and every copy. */
    private void runAndCopyAll(FakeWorker worker) {
        FakeWorker other = workers.get(1 - workers.indexOf(worker));
        try {
            while (true) {
                Order order = worker.awaitOrder();
                if (order.hasGrant()) {
                    worker.succeed(order.getGrant());
                } else if (order.hasCopy()) {
                    worker.copy(order.getCopy(), other.outputs());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void badRequestsAreRefused() {
        long job = master.submit("r1", 2);
        assertThat(reason(request(99).build())).isEqualTo("JOB_NOT_FOUND");
        assertThat(reason(request(job).setTasks(selection(1, 2)).build()))
                .isEqualTo("TASK_NOT_FOUND");
        assertThat(reason(request(job).setIncludeRunning(true).build()))
                .isEqualTo("INVALID_FIELDS");
        assertThat(reason(request(job).setComplete(true).setFollow(true).build()))
                .isEqualTo("INVALID_FIELDS");
        assertThat(
                        reason(
                                request(job)
                                        .setTasks(
                                                TaskSelection.newBuilder()
                                                        .setTasks(
                                                                TaskRanges.newBuilder()
                                                                        .addBounds(5)))
                                        .build()))
                .isEqualTo("INVALID_FIELDS");
    }

    /** What came: whole tasks in order, and their bytes. */
    private static final class Collected {
        final List<Integer> order = new ArrayList<>();
        final Map<Integer, ByteString> bytes = new LinkedHashMap<>();

        private int open = -1;

        void add(ReadOutputResponse message) {
            for (OutputChunk chunk : message.getChunksList()) {
                assertThat(open).as("the task whose end is to come").isIn(-1, chunk.getIndex());
                open = chunk.getLast() ? -1 : chunk.getIndex();
                bytes.merge(chunk.getIndex(), chunk.getData(), ByteString::concat);
                if (chunk.getLast()) {
                    order.add(chunk.getIndex());
                }
            }
        }
    }

    private static Collected collect(Iterator<ReadOutputResponse> stream) {
        Collected collected = new Collected();
        stream.forEachRemaining(collected::add);
        return collected;
    }

    private FakeWorker worker(String id) throws Exception {
        FakeWorker worker = new FakeWorker(id, master.address());
        workers.add(worker);
        return worker;
    }

    /** Tasks of random sizes, on whichever worker gets them. */
    private long runOnThreeWorkers(int count, Random random, Map<Integer, ByteString> expected)
            throws Exception {
        List<Thread> running = new ArrayList<>();
        for (String id : List.of("w1", "w2", "w3")) {
            worker(id).awaitOrder(Order.OrderCase.WELCOME);
        }
        long job = 1;
        for (int index = 0; index < count; index++) {
            ByteString output = bytes(random, random.nextInt(20) == 0 ? 40_000 : 300);
            expected.put(index, output);
            for (FakeWorker worker : workers) {
                worker.outputs().put("%d/0.%d".formatted(job, index), output);
            }
        }
        assertThat(master.submit("r1", count)).isEqualTo(job);
        for (FakeWorker worker : workers) {
            running.add(Thread.ofVirtual().start(() -> runAll(worker)));
        }
        master.awaitEnd(job);
        running.forEach(Thread::interrupt);
        assertThat(workers).allMatch(worker -> !worker.ran(job + "/0").isEmpty());
        return job;
    }

    private static void runAll(FakeWorker worker) {
        try {
            worker.run(Integer.MAX_VALUE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Three tasks on two workers: the first task is cut off and its worker is lost, the second is
     * done, and the third runs. What is there is asked for, and then the first runs again.
     */
    private Iterator<ReadOutputResponse> cutOffAndRunAgain(ByteString output, ByteString again)
            throws Exception {
        List<FakeWorker> both = List.of(worker("w1"), worker("w2"));
        SubmitJobRequest.Builder submission = MasterUnderTest.submission("r1", 3).toBuilder();
        submission
                .getSpecBuilder()
                .getStagesBuilder(0)
                .getResourcesBuilder()
                .setCpuMillis(FakeWorker.CPU_MILLIS);
        assertThat(master.jobs().submitJob(submission.build()).getJobId()).isEqualTo(1);
        List<Grant> grants = List.of(both.get(0).awaitGrant(), both.get(1).awaitGrant());
        int lost = holds(grants.get(0), 0) ? 0 : 1;
        FakeWorker first = both.get(lost);
        FakeWorker second = both.get(1 - lost);
        first.outputs().put("1/0.0", output);
        first.outputs().chunkBytes(1_000);
        first.outputs()
                .breakAt("1/0.0", 33_000, () -> Thread.ofVirtual().start(() -> first.close()));
        second.outputs().put("1/0.0", again);
        first.succeed(part(grants.get(lost), 0));
        first.awaitOrder(Order.OrderCase.ACKNOWLEDGE);
        second.succeed(part(grants.get(1 - lost), 1));
        second.awaitOrder(Order.OrderCase.ACKNOWLEDGE);
        Iterator<ReadOutputResponse> stream = master.jobs().readOutput(request(1).build());
        Thread running = Thread.ofVirtual().start(() -> runAll(second));
        threads.add(running);
        return stream;
    }

    private static ByteString bytes(Random random, int max) {
        return bytes(random, 0, max);
    }

    private static ByteString bytes(Random random, int min, int max) {
        byte[] data = new byte[random.nextInt(min, max)];
        random.nextBytes(data);
        return ByteString.copyFrom(data);
    }

    private static boolean holds(Grant grant, int index) {
        return RangesWire.fromProto(grant.getTasks(), "tasks").contains(index);
    }

    private static Grant part(Grant grant, int index) {
        assertThat(holds(grant, index)).isTrue();
        return grant.toBuilder()
                .setTasks(TaskRanges.newBuilder().addBounds(index).addBounds(1))
                .build();
    }

    private static ReadOutputRequest.Builder request(long job) {
        return ReadOutputRequest.newBuilder().setJobId(job);
    }

    private static TaskSelection selection(int first, int count) {
        return TaskSelection.newBuilder()
                .setTasks(TaskRanges.newBuilder().addBounds(first).addBounds(count))
                .build();
    }

    private String reason(ReadOutputRequest request) {
        return ApiException.from(catchThrowable(() -> collect(master.jobs().readOutput(request))))
                .reason();
    }
}
