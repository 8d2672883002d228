package dev.atoll.runtime.wire;

import com.google.protobuf.Timestamp;

import dev.atoll.core.scheduler.SchedulerView.JobState;
import dev.atoll.core.scheduler.SchedulerView.JobView;
import dev.atoll.core.scheduler.SchedulerView.StageView;
import dev.atoll.core.scheduler.SchedulerView.TaskState;
import dev.atoll.core.scheduler.SchedulerView.TaskView;
import dev.atoll.proto.job.v1.Job;
import dev.atoll.proto.job.v1.StageStatus;
import dev.atoll.proto.job.v1.Task;

import java.time.Instant;
import java.util.Optional;

/** What the scheduler shows of jobs and tasks, as the API's messages. */
public final class ViewWire {
    private ViewWire() {}

    /** A job as a message. */
    public static Job toProto(JobView job) {
        Job.Builder message =
                Job.newBuilder()
                        .setJobId(job.id().value())
                        .setName(job.name())
                        .setUser(job.user())
                        .setPriority(job.priority())
                        .setState(toProto(job.state()))
                        .setStateReason(job.reason())
                        .setCreateTime(toProto(job.createdAt()));
        job.stages().forEach(stage -> message.addStages(toProto(stage)));
        job.parent().ifPresent(parent -> message.setParent(SpecWire.toProto(parent)));
        job.endedAt().ifPresent(endedAt -> message.setEndTime(toProto(endedAt)));
        return message.build();
    }

    /** A task as a message. */
    public static Task toProto(TaskView task) {
        Task.Builder message =
                Task.newBuilder()
                        .setJobId(task.task().stage().job().value())
                        .setStage(task.task().stage().stage())
                        .setIndex(task.task().index())
                        .setState(toProto(task.state()))
                        .setAttempt(task.attempt());
        task.worker().ifPresent(worker -> message.setWorkerId(worker.value()));
        task.failure().ifPresent(failure -> message.setFailure(FailureWire.toProto(failure)));
        task.backup()
                .ifPresent(backup ->
                        message.getBackupBuilder()
                                .setAttempt(backup.attempt())
                                .setWorkerId(backup.worker().value()));
        return message.build();
    }

    /**
     * Which tasks are wanted; empty: in any state.
     *
     * @throws MalformedMessageException if the state is unknown
     */
    public static Optional<TaskState> fromProto(dev.atoll.proto.job.v1.TaskState state) {
        return switch (state) {
            case TASK_STATE_UNSPECIFIED -> Optional.empty();
            case TASK_STATE_WAITING -> Optional.of(TaskState.WAITING);
            case TASK_STATE_RUNNING -> Optional.of(TaskState.RUNNING);
            case TASK_STATE_SUCCEEDED -> Optional.of(TaskState.SUCCEEDED);
            case TASK_STATE_FAILED -> Optional.of(TaskState.FAILED);
            case TASK_STATE_CANCELLED -> Optional.of(TaskState.CANCELLED);
            case UNRECOGNIZED -> throw new MalformedMessageException("state", "unknown");
        };
    }

    private static StageStatus toProto(StageView stage) {
        StageStatus.Builder message =
                StageStatus.newBuilder()
                        .setName(stage.name())
                        .setTaskCount(stage.taskCount())
                        .setWaitingCount(stage.waiting())
                        .setRunningCount(stage.running())
                        .setSucceededCount(stage.succeeded())
                        .setFailedCount(stage.failed())
                        .setCancelledCount(stage.cancelled())
                        .setBackupCount(stage.backups())
                        .setHasFiles(stage.hasFiles());
        stage.succeededByWorker()
                .forEach((worker, count) -> message.putSucceededByWorker(worker.value(), count));
        return message.build();
    }

    private static Timestamp toProto(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private static dev.atoll.proto.job.v1.JobState toProto(JobState state) {
        return switch (state) {
            case QUEUED -> dev.atoll.proto.job.v1.JobState.JOB_STATE_QUEUED;
            case RUNNING -> dev.atoll.proto.job.v1.JobState.JOB_STATE_RUNNING;
            case STOPPING -> dev.atoll.proto.job.v1.JobState.JOB_STATE_STOPPING;
            case SUCCEEDED -> dev.atoll.proto.job.v1.JobState.JOB_STATE_SUCCEEDED;
            case FAILED -> dev.atoll.proto.job.v1.JobState.JOB_STATE_FAILED;
            case CANCELLED -> dev.atoll.proto.job.v1.JobState.JOB_STATE_CANCELLED;
        };
    }

    private static dev.atoll.proto.job.v1.TaskState toProto(TaskState state) {
        return switch (state) {
            case WAITING -> dev.atoll.proto.job.v1.TaskState.TASK_STATE_WAITING;
            case RUNNING -> dev.atoll.proto.job.v1.TaskState.TASK_STATE_RUNNING;
            case SUCCEEDED -> dev.atoll.proto.job.v1.TaskState.TASK_STATE_SUCCEEDED;
            case FAILED -> dev.atoll.proto.job.v1.TaskState.TASK_STATE_FAILED;
            case CANCELLED -> dev.atoll.proto.job.v1.TaskState.TASK_STATE_CANCELLED;
        };
    }
}
