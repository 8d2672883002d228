package dev.atoll.master.api;

import static dev.atoll.master.api.Replies.answer;

import com.google.protobuf.Timestamp;

import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerCommand.Reply;
import dev.atoll.core.scheduler.SchedulerEvent.DrainRequested;
import dev.atoll.core.scheduler.SchedulerView;
import dev.atoll.core.scheduler.SchedulerView.ClusterView;
import dev.atoll.core.scheduler.SchedulerView.WorkerState;
import dev.atoll.core.scheduler.SchedulerView.WorkerView;
import dev.atoll.master.session.Sessions;
import dev.atoll.master.session.Term;
import dev.atoll.master.session.Terms;
import dev.atoll.proto.cluster.v1.ClusterServiceGrpc.ClusterServiceImplBase;
import dev.atoll.proto.cluster.v1.DrainNodeRequest;
import dev.atoll.proto.cluster.v1.DrainNodeResponse;
import dev.atoll.proto.cluster.v1.GetClusterRequest;
import dev.atoll.proto.cluster.v1.GetClusterResponse;
import dev.atoll.proto.cluster.v1.ListNodesRequest;
import dev.atoll.proto.cluster.v1.ListNodesResponse;
import dev.atoll.proto.cluster.v1.Node;
import dev.atoll.proto.cluster.v1.NodeState;
import dev.atoll.proto.job.v1.Resources;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.wire.DurationWire;
import dev.atoll.runtime.wire.SpecWire;

import io.grpc.stub.StreamObserver;

import java.time.Instant;
import java.util.List;

/** The master's view of the cluster. Its calls may block: each runs on a virtual thread. */
public final class ClusterEndpoint extends ClusterServiceImplBase {
    private static final int PAGE_SIZE_DEFAULT = 1_000;

    private final Terms terms;
    private final String version;

    /**
     * An endpoint.
     *
     * @param version of this master, such as "0.1.0"
     */
    public ClusterEndpoint(Terms terms, String version) {
        this.terms = terms;
        this.version = version;
    }

    @Override
    public void getCluster(
            GetClusterRequest request, StreamObserver<GetClusterResponse> responses) {
        Term term = terms.leading();
        ClusterView cluster = term.loop().ask(SchedulerView::cluster);
        answer(
                GetClusterResponse.newBuilder()
                        .setVersion(version)
                        .setEpoch(term.loop().epoch())
                        .setLeadTime(timestamp(term.since()))
                        .setReadyNodeCount(cluster.readyWorkers())
                        .setResources(
                                Resources.newBuilder()
                                        .setCpuMillis(cluster.cpuMillis())
                                        .setMemoryBytes(cluster.memoryBytes())
                                        .setGpuCount(cluster.gpuCount()))
                        .setActiveJobCount(cluster.activeJobs())
                        .setWaitingTaskCount(cluster.waitingTasks())
                        .setRunningTaskCount(cluster.runningTasks())
                        .setSucceededTaskCount(cluster.succeededTasks())
                        .build(),
                responses);
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> responses) {
        FieldChecks checks = new FieldChecks();
        int size = Pages.size(request.getPageSize(), PAGE_SIZE_DEFAULT, checks);
        String after = Pages.name(request.getPageToken(), checks).orElse("");
        checks.throwIfAny();
        Term term = terms.leading();
        List<WorkerView> workers =
                term.loop().peek(SchedulerView::workers).stream()
                        .filter(worker -> worker.id().value().compareTo(after) > 0)
                        .toList();
        ListNodesResponse.Builder response = ListNodesResponse.newBuilder();
        workers.stream()
                .limit(size)
                .forEach(worker -> response.addNodes(node(worker, term.sessions())));
        if (workers.size() > size) {
            response.setNextPageToken(Pages.token(workers.get(size - 1).id().value()));
        }
        answer(response.build(), responses);
    }

    @Override
    public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> responses) {
        String id = request.getNodeId();
        new FieldChecks()
                .check(
                        !id.isEmpty() && id.length() <= WorkerId.LENGTH_MAX,
                        "node_id",
                        id,
                        "1 to 63 characters")
                .throwIfAny();
        Reply reply =
                terms.leading()
                        .loop()
                        .request(cause ->
                                new DrainRequested(cause, new WorkerId(id), request.getResume()));
        Replies.completed(reply);
        answer(DrainNodeResponse.getDefaultInstance(), responses);
    }

    private static Node node(WorkerView worker, Sessions sessions) {
        Node.Builder node =
                Node.newBuilder()
                        .setNodeId(worker.id().value())
                        .setAddress(worker.address())
                        .setState(state(worker.state()))
                        .setStateReason(worker.reason())
                        .setResources(SpecWire.toProto(worker.offer()))
                        .setSilence(DurationWire.toProto(worker.silence()))
                        .setSucceededCount(worker.succeeded())
                        .setFailedCount(worker.failed());
        sessions.statistics(worker.id()).ifPresent(node::setStatistics);
        return node.build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private static NodeState state(WorkerState state) {
        return switch (state) {
            case READY -> NodeState.NODE_STATE_READY;
            case SUSPECT -> NodeState.NODE_STATE_SUSPECT;
            case DRAINING -> NodeState.NODE_STATE_DRAINING;
            case QUARANTINED -> NodeState.NODE_STATE_QUARANTINED;
            case LOST -> NodeState.NODE_STATE_LOST;
        };
    }
}
