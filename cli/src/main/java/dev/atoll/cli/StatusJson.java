package dev.atoll.cli;

import dev.atoll.client.ClusterStatus;
import dev.atoll.client.DiskUsage;
import dev.atoll.client.JobStatus;
import dev.atoll.client.NodeStatus;
import dev.atoll.client.StoredFile;
import dev.atoll.client.TaskStatus;
import dev.atoll.client.json.Json;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.TaskRef;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What programs read of jobs, tasks and nodes. Fields are added, never renamed. */
final class StatusJson {
    private StatusJson() {}

    static Json job(JobStatus job) {
        return Json.object()
                .put("job", job.id().value())
                .put("name", job.name())
                .put("user", job.user())
                .put("priority", job.priority())
                .put("state", word(job.state()))
                .put("reason", job.reason())
                .put("tasks", job.taskCount())
                .put("running", job.runningCount())
                .put("succeeded", job.succeededCount())
                .put("failed", job.failedCount())
                .put("cancelled", job.cancelledCount())
                .put("created", time(job.createTime()))
                .put("ended", time(job.endTime()))
                .put("stages", list(job.stages(), StatusJson::stage))
                .put("parent", Json.of(job.parent().map(StatusJson::parent)))
                .build();
    }

    private static Json parent(TaskRef task) {
        return Json.object()
                .put("job", task.stage().job().value())
                .put("stage", task.stage().stage())
                .put("task", task.index())
                .build();
    }

    private static Json stage(JobStatus.Stage stage) {
        return Json.object()
                .put("name", stage.name())
                .put("tasks", stage.taskCount())
                .put("waiting", stage.waitingCount())
                .put("running", stage.runningCount())
                .put("succeeded", stage.succeededCount())
                .put("failed", stage.failedCount())
                .put("cancelled", stage.cancelledCount())
                .put("backups", stage.backupCount())
                .put("succeeded_by_worker", counts(stage.succeededByWorker()))
                .build();
    }

    static Json task(TaskStatus task) {
        return Json.object()
                .put("job", task.jobId().value())
                .put("stage", task.stage())
                .put("task", task.index())
                .put("state", word(task.state()))
                .put("attempt", task.attempt())
                .put("worker", task.workerId())
                .put("failure", Json.of(task.failure().map(StatusJson::failure)))
                .put("backup", Json.of(task.backup().map(StatusJson::backup)))
                .build();
    }

    private static Json backup(TaskStatus.Backup backup) {
        return Json.object()
                .put("attempt", backup.attempt())
                .put("worker", backup.workerId())
                .build();
    }

    private static Json failure(Failure failure) {
        return Json.object()
                .put("kind", word(failure.kind()))
                .put("code", failure.code())
                .put("detail", failure.detail())
                .build();
    }

    static Json node(NodeStatus node) {
        return Json.object()
                .put("node", node.id())
                .put("address", node.address())
                .put("state", word(node.state()))
                .put("reason", node.reason())
                .put("offers", resources(node.offers()))
                .put("cpu_millis_used", node.load().cpuMillisUsed())
                .put("memory_bytes_used", node.load().memoryBytesUsed())
                .put("running", node.load().runningCount())
                .put("queued", node.load().queuedCount())
                .put("disk_bytes_free", node.load().diskBytesFree())
                .put("silence_millis", node.silence().toMillis())
                .put("succeeded", node.succeededCount())
                .put("failed", node.failedCount())
                .build();
    }

    static Json file(StoredFile file) {
        Optional<Json> copies =
                file.copies().isPresent()
                        ? Optional.of(Json.of(file.copies().getAsInt()))
                        : Optional.empty();
        return Json.object()
                .put("name", file.name())
                .put("bytes", file.sizeBytes())
                .put("copies", Json.of(copies))
                .put("created", time(Optional.of(file.createTime())))
                .build();
    }

    static Json disk(DiskUsage disk) {
        return Json.object()
                .put("node", disk.workerId())
                .put("file_bytes", disk.keptBytes())
                .put("cache_bytes", disk.cachedBytes())
                .put("cache_bytes_max", disk.cachedBytesMax())
                .put("free_bytes", disk.freeBytes())
                .build();
    }

    static Json cluster(ClusterStatus cluster) {
        return Json.object()
                .put("version", cluster.version())
                .put("epoch", cluster.epoch())
                .put("leads_since", time(cluster.leadTime()))
                .put("ready_nodes", cluster.readyNodeCount())
                .put("offers", resources(cluster.offers()))
                .put("active_jobs", cluster.activeJobCount())
                .put("waiting", cluster.waitingTaskCount())
                .put("running", cluster.runningTaskCount())
                .put("succeeded", cluster.succeededTaskCount())
                .build();
    }

    private static Json resources(Resources resources) {
        Json.Builder labels = Json.object();
        resources.labels().forEach(labels::put);
        return Json.object()
                .put("cpu_millis", resources.cpuMillis())
                .put("memory_bytes", resources.memoryBytes())
                .put("gpus", resources.gpuCount())
                .put("labels", labels.build())
                .build();
    }

    static Json counts(Map<String, Integer> counts) {
        Json.Builder object = Json.object();
        counts.forEach(object::put);
        return object.build();
    }

    static <T> Json list(List<T> values, Function<T, Json> each) {
        return Json.array(values.stream().map(each).toList());
    }

    private static Json time(Optional<Instant> time) {
        return Json.of(time.map(Instant::toString).map(Json::of));
    }

    /** A constant's name in lower case, as programs read it. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
