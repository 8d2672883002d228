package dev.atoll.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.master.testing.FakeNaming;
import dev.atoll.master.testing.FakeWorker;
import dev.atoll.master.testing.MasterUnderTest;
import dev.atoll.master.testing.Times;
import dev.atoll.proto.cluster.v1.DrainNodeRequest;
import dev.atoll.proto.cluster.v1.GetClusterRequest;
import dev.atoll.proto.cluster.v1.ListNodesRequest;
import dev.atoll.proto.cluster.v1.ListNodesResponse;
import dev.atoll.proto.cluster.v1.Node;
import dev.atoll.proto.cluster.v1.NodeState;
import dev.atoll.proto.job.v1.JobState;
import dev.atoll.proto.job.v1.StageSpec;
import dev.atoll.proto.job.v1.SubmitJobRequest;
import dev.atoll.proto.job.v1.TaskRanges;
import dev.atoll.proto.worker.v1.Heartbeat;
import dev.atoll.proto.worker.v1.HeldOutputs;
import dev.atoll.proto.worker.v1.HelloPart;
import dev.atoll.proto.worker.v1.OpenSessionRequest;
import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.proto.worker.v1.SessionServiceGrpc;
import dev.atoll.proto.worker.v1.StageReport;
import dev.atoll.proto.worker.v1.WorkerStatistics;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Workers that come, go, and say what they should not; and what the cluster looks like then. */
final class SessionTest {
    private FakeNaming naming;
    private MasterUnderTest master;

    @BeforeEach
    void start() throws Exception {
        naming = new FakeNaming();
        master = new MasterUnderTest(naming).leading();
    }

    @AfterEach
    void stop() {
        master.close();
        naming.close();
    }

    @Test
    void workerIsWelcomedFirst() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            var welcome = worker.awaitOrder(Order.OrderCase.WELCOME).getWelcome();
            assertThat(welcome.getHeartbeatInterval().getSeconds()).isEqualTo(1);
        }
    }

    @Test
    void otherProtocolVersionIsRefused() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            worker.connect(master.address(), worker.hello().setProtocolVersion(99).build());
            assertThat(worker.awaitEnd().reason()).isEqualTo("PROTOCOL_VERSION");
        }
    }

    @Test
    void helloInManyPartsIsWelcomedAfterTheLast() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            worker.awaitOrder(Order.OrderCase.WELCOME);
            worker.connect(master.address(), worker.hello().setHasMore(true).build());
            for (int stage = 0; stage < 50; stage++) {
                worker.sayMore(
                        HelloPart.newBuilder()
                                .addHeld(HeldOutputs.newBuilder().setJobId(99).setStage(stage))
                                .setHasMore(stage < 49)
                                .build());
            }
            worker.awaitOrder(Order.OrderCase.WELCOME);
            assertThat(worker.awaitOrder(Order.OrderCase.FORGET).getForget().getJobId())
                    .isEqualTo(99);

            worker.sayMore(HelloPart.getDefaultInstance());
            assertThat(worker.awaitEnd().reason()).isEqualTo("MALFORMED_MESSAGE");
        }
    }

    @Test
    void workerThatObeyedALaterMasterIsSentAway() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            worker.connect(master.address(), worker.hello().setEpoch(99).build());
            assertThat(worker.awaitEnd().reason()).isEqualTo("NOT_LEADING");
        }
    }

    @Test
    void newerSessionEndsTheOlder() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address());
                FakeWorker twin = new FakeWorker("w2", master.address())) {
            worker.awaitOrder(Order.OrderCase.WELCOME);
            twin.connect(master.address(), twin.hello().setWorkerId("w1").build());
            assertThat(worker.awaitEnd().reason()).isEqualTo("SESSION_REPLACED");
        }
    }

    @Test
    void olderIncarnationIsRefused() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address());
                FakeWorker twin = new FakeWorker("w2", master.address())) {
            worker.awaitOrder(Order.OrderCase.WELCOME);
            worker.connect(master.address(), worker.hello().setIncarnation(5).build());
            worker.awaitOrder(Order.OrderCase.WELCOME);
            twin.connect(
                    master.address(), twin.hello().setWorkerId("w1").setIncarnation(4).build());
            assertThat(twin.awaitEnd().reason()).isEqualTo("NEWER_INCARNATION");
        }
    }

    @Test
    void malformedMessagesEndTheSession() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            worker.report(
                    StageReport.newBuilder()
                            .setJobId(1)
                            .setAttempt(1)
                            .setSucceeded(TaskRanges.newBuilder().addBounds(7))
                            .build());
            assertThat(worker.awaitEnd().reason()).isEqualTo("MALFORMED_MESSAGE");
        }
    }

    @Test
    void reportBeforeHelloIsRefused() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            worker.tellFirst(
                    master.address(),
                    OpenSessionRequest.newBuilder()
                            .setHeartbeat(Heartbeat.getDefaultInstance())
                            .build());
            assertThat(worker.awaitEnd().reason()).isEqualTo("MALFORMED_MESSAGE");
        }
    }

    @Test
    void workerThatDoesNotReadIsDisconnected() throws Exception {
        SilentReader reader = new SilentReader();
        SessionServiceGrpc.newStub(master.channel()).openSession(reader);
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            reader.requests.onNext(
                    OpenSessionRequest.newBuilder()
                            .setHello(worker.hello().setWorkerId("w2"))
                            .build());
            worker.disconnect();
            for (int i = 0; i < 90; i++) {
                master.jobs().submitJob(large("r" + i));
            }
            Times.await("it is disconnected", () -> stateOf("w2") != NodeState.NODE_STATE_READY);
            reader.requests.request(Integer.MAX_VALUE);
            assertThat(Times.take(reader.ends, "end").reason()).isEqualTo("SESSION_NOT_READ");
        }
    }

    private NodeState stateOf(String node) {
        return nodes(10).stream()
                .filter(listed -> listed.getNodeId().equals(node))
                .findFirst()
                .orElseThrow()
                .getState();
    }

    private static SubmitJobRequest large(String requestId) {
        SubmitJobRequest.Builder request = MasterUnderTest.submission(requestId, 1).toBuilder();
        StageSpec.Builder stage = request.getSpecBuilder().getStagesBuilder(0);
        stage.getResourcesBuilder().setCpuMillis(1);
        for (int i = 0; i < 3; i++) {
            stage.getTaskBuilder().addCommand("x".repeat(40_000));
        }
        for (int i = 0; i < 3; i++) {
            request.getSpecBuilder().addStages(stage);
        }
        return request.build();
    }

    /** A worker that opens a session and then reads nothing of it. */
    private static final class SilentReader
            implements ClientResponseObserver<OpenSessionRequest, OpenSessionResponse> {
        final BlockingQueue<ApiException> ends = new LinkedBlockingQueue<>();
        ClientCallStreamObserver<OpenSessionRequest> requests;

        @Override
        public void beforeStart(ClientCallStreamObserver<OpenSessionRequest> stream) {
            requests = stream;
            stream.disableAutoRequestWithInitial(0);
        }

        @Override
        public void onNext(OpenSessionResponse response) {}

        @Override
        public void onError(Throwable failure) {
            ends.add(ApiException.from(failure));
        }

        @Override
        public void onCompleted() {}
    }

    @Test
    void repeatedReportCountsOnce() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            long job = master.submit("r1", 1);
            var grant = worker.awaitGrant();
            worker.succeed(grant);
            worker.repeatLastReport();
            worker.awaitOrder(Order.OrderCase.ACKNOWLEDGE);
            worker.awaitOrder(Order.OrderCase.ACKNOWLEDGE);
            assertThat(master.awaitEnd(job).getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
            assertThat(nodes(10).getFirst().getSucceededCount()).isEqualTo(1);
        }
    }

    @Test
    void tasksOfALostWorkerRunElsewhere() throws Exception {
        try (FakeWorker first = new FakeWorker("w1", master.address())) {
            long job = master.submit("r1", 2);
            first.awaitGrant();
            first.disconnect();
            try (FakeWorker second = new FakeWorker("w2", master.address())) {
                second.run(2);
                assertThat(master.awaitEnd(job).getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
            }
        }
    }

    @Test
    void nodesAreListedInPagesWithHowTheyFeel() throws Exception {
        try (FakeWorker first = new FakeWorker("w1", master.address());
                FakeWorker second = new FakeWorker("w2", master.address());
                FakeWorker third = new FakeWorker("w3", master.address())) {
            for (FakeWorker worker : List.of(first, second, third)) {
                worker.awaitOrder(Order.OrderCase.WELCOME);
            }
            assertThat(nodes(2)).extracting(Node::getNodeId).containsExactly("w1", "w2", "w3");
            second.heartbeat(
                    Heartbeat.newBuilder()
                            .setStatistics(WorkerStatistics.newBuilder().setRunningCount(7))
                            .build());
            Times.await(
                    "the heartbeat is shown",
                    () -> nodes(10).get(1).getStatistics().getRunningCount() == 7);
            var cluster = master.cluster().getCluster(GetClusterRequest.getDefaultInstance());
            assertThat(cluster.getReadyNodeCount()).isEqualTo(3);
            assertThat(cluster.getResources().getCpuMillis()).isEqualTo(12_000);
            assertThat(cluster.getEpoch()).isEqualTo(naming.epoch());
        }
    }

    @Test
    void drainedNodeGetsNothingUntilItIsBack() throws Exception {
        try (FakeWorker worker = new FakeWorker("w1", master.address())) {
            worker.awaitOrder(Order.OrderCase.WELCOME);
            drain(false);
            assertThat(nodes(10).getFirst().getState()).isEqualTo(NodeState.NODE_STATE_DRAINING);
            long job = master.submit("r1", 1);
            drain(true);
            worker.run(1);
            assertThat(master.awaitEnd(job).getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
        }
    }

    private void drain(boolean resume) {
        master.cluster()
                .drainNode(DrainNodeRequest.newBuilder().setNodeId("w1").setResume(resume).build());
    }

    private List<Node> nodes(int pageSize) {
        List<Node> nodes = new ArrayList<>();
        String token = "";
        do {
            ListNodesResponse page =
                    master.cluster()
                            .listNodes(
                                    ListNodesRequest.newBuilder()
                                            .setPageSize(pageSize)
                                            .setPageToken(token)
                                            .build());
            nodes.addAll(page.getNodesList());
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return nodes;
    }
}
