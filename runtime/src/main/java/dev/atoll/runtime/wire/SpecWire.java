package dev.atoll.runtime.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Bytes;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.JobSpec.BackupPolicy;
import dev.atoll.core.model.JobSpec.Durability;
import dev.atoll.core.model.JobSpec.FailurePolicy;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskRef;
import dev.atoll.proto.job.v1.ItemList;
import dev.atoll.proto.job.v1.ParentTask;

import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What jobs are, and back. What a message leaves out takes the default that the contract documents,
 * so a spec that went through here says everything.
 */
public final class SpecWire {
    private static final String USER_DEFAULT = "anonymous";
    private static final int CPU_MILLIS_DEFAULT = 1_000;
    private static final int NAME_LENGTH_MAX = 128;

    private SpecWire() {}

    /** As a message; the request id is not part of it. */
    public static dev.atoll.proto.job.v1.JobSpec toProto(JobSpec spec) {
        dev.atoll.proto.job.v1.JobSpec.Builder message =
                dev.atoll.proto.job.v1.JobSpec.newBuilder()
                        .setName(spec.name())
                        .setUser(spec.user())
                        .setPriority(spec.priority())
                        .setFailurePolicy(toProto(spec.failurePolicy()))
                        .setBackupPolicy(toProto(spec.backupPolicy()))
                        .setDurability(toProto(spec.durability()));
        spec.stages().forEach(stage -> message.addStages(toProto(stage)));
        spec.after().forEach(job -> message.addAfter(job.value()));
        spec.parent().ifPresent(parent -> message.setParent(toProto(parent)));
        spec.deadline().ifPresent(time -> message.setDeadline(DurationWire.toProto(time)));
        return message.build();
    }

    /**
     * From a message.
     *
     * @throws MalformedMessageException if it breaks a rule of the model
     */
    public static JobSpec fromProto(dev.atoll.proto.job.v1.JobSpec message, String requestId) {
        List<StageSpec> stages = new ArrayList<>();
        for (int i = 0; i < message.getStagesCount(); i++) {
            stages.add(fromProto(message.getStages(i), i));
        }
        return modelled(
                "spec",
                () ->
                        new JobSpec(
                                requestId,
                                nameOf(message),
                                orDefault(message.getUser(), USER_DEFAULT),
                                message.getPriority(),
                                stages,
                                fromProto(message.getFailurePolicy()),
                                fromProto(message.getBackupPolicy()),
                                fromProto(message.getDurability()),
                                message.getAfterList().stream().map(JobId::new).toList(),
                                message.hasParent()
                                        ? Optional.of(fromProto(message.getParent()))
                                        : Optional.empty(),
                                message.hasDeadline()
                                        ? Optional.of(
                                                DurationWire.fromProto(
                                                        message.getDeadline(), "deadline"))
                                        : Optional.empty()));
    }

    /** As a message. */
    public static ItemList toProto(List<Bytes> items) {
        ItemList.Builder message = ItemList.newBuilder();
        items.forEach(item -> message.addItems(UnsafeByteOperations.unsafeWrap(item.toArray())));
        return message.build();
    }

    /** As a message. */
    public static ParentTask toProto(TaskRef parent) {
        return ParentTask.newBuilder()
                .setJobId(parent.stage().job().value())
                .setStage(parent.stage().stage())
                .setIndex(parent.index())
                .build();
    }

    /**
     * From a message.
     *
     * @throws MalformedMessageException if there is no such task in any job
     */
    public static TaskRef fromProto(ParentTask parent) {
        return modelled(
                "parent",
                () ->
                        new TaskRef(
                                new StageRef(new JobId(parent.getJobId()), parent.getStage()),
                                parent.getIndex()));
    }

    /** As a message. */
    public static dev.atoll.proto.job.v1.StageSpec toProto(StageSpec stage) {
        dev.atoll.proto.job.v1.StageSpec.Builder message =
                dev.atoll.proto.job.v1.StageSpec.newBuilder()
                        .setName(stage.name())
                        .setTaskCount(stage.taskCount())
                        .setTask(TemplateWire.toProto(stage.task()))
                        .setResources(toProto(stage.need()))
                        .setMaxAttempts(stage.attemptsMax())
                        .addAllDependsOn(stage.dependsOn());
        stage.timeout().ifPresent(timeout -> message.setTimeout(DurationWire.toProto(timeout)));
        return message.build();
    }

    /**
     * From a message.
     *
     * @param position the stage's position in its job, from 0
     * @throws MalformedMessageException if it breaks a rule of the model
     */
    public static StageSpec fromProto(dev.atoll.proto.job.v1.StageSpec message, int position) {
        String field = "stages[" + position + "]";
        return modelled(
                field,
                () ->
                        new StageSpec(
                                orDefault(message.getName(), "stage-" + position),
                                message.getTaskCount(),
                                TemplateWire.fromProto(message.getTask(), field + ".task"),
                                fromProto(message.getResources(), field + ".resources"),
                                message.getMaxAttempts() == 0 ? 1 : message.getMaxAttempts(),
                                message.hasTimeout()
                                        ? Optional.of(
                                                DurationWire.fromProto(
                                                        message.getTimeout(), field + ".timeout"))
                                        : Optional.empty(),
                                message.getDependsOnList()));
    }

    /** As a message. */
    public static dev.atoll.proto.job.v1.Resources toProto(Resources resources) {
        return dev.atoll.proto.job.v1.Resources.newBuilder()
                .setCpuMillis(resources.cpuMillis())
                .setMemoryBytes(resources.memoryBytes())
                .setGpuCount(resources.gpuCount())
                .putAllLabels(resources.labels())
                .build();
    }

    /**
     * From a message.
     *
     * @param field what the message is called, for the exception
     * @throws MalformedMessageException if it breaks a rule of the model
     */
    public static Resources fromProto(dev.atoll.proto.job.v1.Resources message, String field) {
        return modelled(
                field,
                () ->
                        new Resources(
                                message.hasCpuMillis()
                                        ? message.getCpuMillis()
                                        : CPU_MILLIS_DEFAULT,
                                message.getMemoryBytes(),
                                message.getGpuCount(),
                                new TreeMap<>(message.getLabelsMap())));
    }

    /** As a message. */
    public static dev.atoll.proto.job.v1.BlobRef toProto(BlobRef blob) {
        return dev.atoll.proto.job.v1.BlobRef.newBuilder()
                .setSha256(ByteString.copyFrom(HexFormat.of().parseHex(blob.sha256())))
                .setSizeBytes(blob.sizeBytes())
                .build();
    }

    /**
     * From a message.
     *
     * @param field what the message is called, for the exception
     * @throws MalformedMessageException unless it has 32 bytes and a size of at least 0
     */
    public static BlobRef fromProto(dev.atoll.proto.job.v1.BlobRef message, String field) {
        String digits = HexFormat.of().formatHex(message.getSha256().toByteArray());
        return modelled(field, () -> new BlobRef(digits, message.getSizeBytes()));
    }

    /** Turns the model's refusals into the peer's fault. */
    static <T> T modelled(String field, Supplier<T> construction) {
        try {
            return construction.get();
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new MalformedMessageException(field, String.valueOf(e.getMessage()));
        }
    }

    private static String nameOf(dev.atoll.proto.job.v1.JobSpec message) {
        if (!message.getName().isEmpty() || message.getStagesCount() == 0) {
            return message.getName();
        }
        List<String> command = message.getStages(0).getTask().getCommandList();
        String name = command.isEmpty() ? "" : firstWord(command.getFirst());
        return name.length() <= NAME_LENGTH_MAX ? name : name.substring(0, NAME_LENGTH_MAX);
    }

    private static String firstWord(String element) {
        return element.strip().split("[\\s\\p{Cntrl}]", 2)[0];
    }

    private static String orDefault(String value, String whenEmpty) {
        return value.isEmpty() ? whenEmpty : value;
    }

    private static dev.atoll.proto.job.v1.FailurePolicy toProto(FailurePolicy policy) {
        return switch (policy) {
            case KEEP_GOING -> dev.atoll.proto.job.v1.FailurePolicy.FAILURE_POLICY_KEEP_GOING;
            case FAIL_FAST -> dev.atoll.proto.job.v1.FailurePolicy.FAILURE_POLICY_FAIL_FAST;
        };
    }

    private static dev.atoll.proto.job.v1.Durability toProto(Durability durability) {
        return switch (durability) {
            case ONE -> dev.atoll.proto.job.v1.Durability.DURABILITY_ONE;
            case TWO -> dev.atoll.proto.job.v1.Durability.DURABILITY_TWO;
        };
    }

    private static Durability fromProto(dev.atoll.proto.job.v1.Durability durability) {
        return switch (durability) {
            case DURABILITY_UNSPECIFIED, DURABILITY_TWO -> Durability.TWO;
            case DURABILITY_ONE -> Durability.ONE;
            case UNRECOGNIZED -> throw new MalformedMessageException("spec.durability", "unknown");
        };
    }

    private static FailurePolicy fromProto(dev.atoll.proto.job.v1.FailurePolicy policy) {
        return switch (policy) {
            case FAILURE_POLICY_UNSPECIFIED, FAILURE_POLICY_KEEP_GOING -> FailurePolicy.KEEP_GOING;
            case FAILURE_POLICY_FAIL_FAST -> FailurePolicy.FAIL_FAST;
            case UNRECOGNIZED ->
                    throw new MalformedMessageException("spec.failure_policy", "unknown");
        };
    }

    private static dev.atoll.proto.job.v1.BackupPolicy toProto(BackupPolicy policy) {
        return switch (policy) {
            case STRAGGLERS -> dev.atoll.proto.job.v1.BackupPolicy.BACKUP_POLICY_STRAGGLERS;
            case NEVER -> dev.atoll.proto.job.v1.BackupPolicy.BACKUP_POLICY_NEVER;
        };
    }

    private static BackupPolicy fromProto(dev.atoll.proto.job.v1.BackupPolicy policy) {
        return switch (policy) {
            case BACKUP_POLICY_UNSPECIFIED, BACKUP_POLICY_STRAGGLERS -> BackupPolicy.STRAGGLERS;
            case BACKUP_POLICY_NEVER -> BackupPolicy.NEVER;
            case UNRECOGNIZED ->
                    throw new MalformedMessageException("spec.backup_policy", "unknown");
        };
    }
}
