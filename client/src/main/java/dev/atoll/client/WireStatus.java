package dev.atoll.client;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Resources;
import dev.atoll.proto.cluster.v1.GetClusterResponse;
import dev.atoll.proto.cluster.v1.Node;
import dev.atoll.proto.cluster.v1.NodeState;
import dev.atoll.proto.job.v1.JobState;
import dev.atoll.proto.job.v1.StageStatus;
import dev.atoll.proto.job.v1.Task;
import dev.atoll.proto.job.v1.TaskState;
import dev.atoll.proto.worker.v1.WorkerStatistics;
import dev.atoll.runtime.wire.SpecWire;

import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;

/** Translates what the cluster says of jobs, tasks and nodes. */
final class WireStatus {
    private WireStatus() {}

    static JobStatus job(dev.atoll.proto.job.v1.Job job) {
        return new JobStatus(
                new JobId(job.getJobId()),
                job.getName(),
                job.getUser(),
                job.getPriority(),
                state(job.getState()),
                job.getStateReason(),
                job.getStagesList().stream().map(WireStatus::stage).toList(),
                Wire.instant(job.hasCreateTime(), job.getCreateTime()),
                Wire.instant(job.hasEndTime(), job.getEndTime()),
                job.hasParent()
                        ? Optional.of(SpecWire.fromProto(job.getParent()))
                        : Optional.empty());
    }

    /* A state that this client does not know is one that goes on: it waits for one it does know. */
    private static JobStatus.State state(JobState state) {
        return switch (state) {
            case JOB_STATE_QUEUED -> JobStatus.State.QUEUED;
            case JOB_STATE_RUNNING, JOB_STATE_UNSPECIFIED, UNRECOGNIZED -> JobStatus.State.RUNNING;
            case JOB_STATE_STOPPING -> JobStatus.State.STOPPING;
            case JOB_STATE_SUCCEEDED -> JobStatus.State.SUCCEEDED;
            case JOB_STATE_FAILED -> JobStatus.State.FAILED;
            case JOB_STATE_CANCELLED -> JobStatus.State.CANCELLED;
        };
    }

    private static JobStatus.Stage stage(StageStatus stage) {
        return new JobStatus.Stage(
                stage.getName(),
                stage.getTaskCount(),
                stage.getWaitingCount(),
                stage.getRunningCount(),
                stage.getSucceededCount(),
                stage.getFailedCount(),
                stage.getCancelledCount(),
                stage.getBackupCount(),
                stage.getHasFiles(),
                new TreeMap<>(stage.getSucceededByWorkerMap()));
    }

    static TaskStatus task(Task task) {
        return new TaskStatus(
                new JobId(task.getJobId()),
                task.getStage(),
                task.getIndex(),
                state(task.getState()),
                task.getAttempt(),
                task.getWorkerId(),
                task.hasFailure() ? Optional.of(Wire.failure(task.getFailure())) : Optional.empty(),
                task.hasBackup()
                        ? Optional.of(
                                new TaskStatus.Backup(
                                        task.getBackup().getAttempt(),
                                        task.getBackup().getWorkerId()))
                        : Optional.empty());
    }

    private static TaskStatus.State state(TaskState state) {
        return switch (state) {
            case TASK_STATE_WAITING, TASK_STATE_UNSPECIFIED, UNRECOGNIZED ->
                    TaskStatus.State.WAITING;
            case TASK_STATE_RUNNING -> TaskStatus.State.RUNNING;
            case TASK_STATE_SUCCEEDED -> TaskStatus.State.SUCCEEDED;
            case TASK_STATE_FAILED -> TaskStatus.State.FAILED;
            case TASK_STATE_CANCELLED -> TaskStatus.State.CANCELLED;
        };
    }

    static NodeStatus node(Node node) {
        return new NodeStatus(
                node.getNodeId(),
                node.getAddress(),
                state(node.getState()),
                node.getStateReason(),
                resources(node.getResources()),
                load(node.getStatistics()),
                Duration.ofSeconds(node.getSilence().getSeconds(), node.getSilence().getNanos()),
                node.getSucceededCount(),
                node.getFailedCount());
    }

    private static NodeStatus.State state(NodeState state) {
        return switch (state) {
            case NODE_STATE_READY -> NodeStatus.State.READY;
            case NODE_STATE_SUSPECT, NODE_STATE_UNSPECIFIED, UNRECOGNIZED ->
                    NodeStatus.State.SUSPECT;
            case NODE_STATE_DRAINING -> NodeStatus.State.DRAINING;
            case NODE_STATE_QUARANTINED -> NodeStatus.State.QUARANTINED;
            case NODE_STATE_LOST -> NodeStatus.State.LOST;
        };
    }

    private static NodeStatus.Load load(WorkerStatistics statistics) {
        return new NodeStatus.Load(
                statistics.getCpuMillisUsed(),
                statistics.getMemoryBytesUsed(),
                statistics.getRunningCount(),
                statistics.getQueuedCount(),
                statistics.getDiskBytesFree());
    }

    private static Resources resources(dev.atoll.proto.job.v1.Resources resources) {
        return new Resources(
                resources.getCpuMillis(),
                resources.getMemoryBytes(),
                resources.getGpuCount(),
                new TreeMap<>(resources.getLabelsMap()));
    }

    static ClusterStatus cluster(GetClusterResponse cluster) {
        return new ClusterStatus(
                cluster.getVersion(),
                cluster.getEpoch(),
                Wire.instant(cluster.hasLeadTime(), cluster.getLeadTime()),
                cluster.getReadyNodeCount(),
                resources(cluster.getResources()),
                cluster.getActiveJobCount(),
                cluster.getWaitingTaskCount(),
                cluster.getRunningTaskCount(),
                cluster.getSucceededTaskCount());
    }
}
