package dev.atoll.client;

import com.google.protobuf.Timestamp;

import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.TaskTemplate.Part;
import dev.atoll.core.model.TaskTemplate.Warm;
import dev.atoll.proto.job.v1.AttachedInput;
import dev.atoll.proto.job.v1.BackupPolicy;
import dev.atoll.proto.job.v1.Durability;
import dev.atoll.proto.job.v1.FailurePolicy;
import dev.atoll.proto.job.v1.GatheredInput;
import dev.atoll.proto.job.v1.ItemInput;
import dev.atoll.proto.job.v1.ItemSequence;
import dev.atoll.proto.job.v1.JobSpec;
import dev.atoll.proto.job.v1.NoItems;
import dev.atoll.proto.job.v1.OutputStream;
import dev.atoll.proto.job.v1.PipedInput;
import dev.atoll.proto.job.v1.PipedOutput;
import dev.atoll.proto.job.v1.ReadOutputRequest;
import dev.atoll.proto.job.v1.Resources;
import dev.atoll.proto.job.v1.StageSpec;
import dev.atoll.proto.job.v1.TaskSelection;
import dev.atoll.proto.job.v1.TaskTemplate;
import dev.atoll.proto.job.v1.WarmTasks;
import dev.atoll.runtime.wire.DurationWire;
import dev.atoll.runtime.wire.RangesWire;
import dev.atoll.runtime.wire.ShuffleWire;
import dev.atoll.runtime.wire.SpecWire;

import java.time.Instant;
import java.util.Optional;

/** Translates what is sent to the cluster, and the words that go both ways. */
final class Wire {
    private static final String USER = "USER";

    private Wire() {}

    /** A job, whose tables have been uploaded, and the task that submits it. */
    static JobSpec jobSpec(JobRequest job, String user, Optional<TaskRef> parent) {
        JobSpec.Builder spec =
                JobSpec.newBuilder()
                        .setName(job.name())
                        .setUser(user)
                        .setPriority(job.priority())
                        .setFailurePolicy(
                                switch (job.failurePolicy()) {
                                    case KEEP_GOING -> FailurePolicy.FAILURE_POLICY_KEEP_GOING;
                                    case FAIL_FAST -> FailurePolicy.FAILURE_POLICY_FAIL_FAST;
                                })
                        .setBackupPolicy(
                                switch (job.backupPolicy()) {
                                    case STRAGGLERS -> BackupPolicy.BACKUP_POLICY_STRAGGLERS;
                                    case NEVER -> BackupPolicy.BACKUP_POLICY_NEVER;
                                })
                        .setDurability(
                                switch (job.durability()) {
                                    case ONE -> Durability.DURABILITY_ONE;
                                    case TWO -> Durability.DURABILITY_TWO;
                                });
        job.stages().forEach(stage -> spec.addStages(stageSpec(stage, user)));
        job.after().forEach(earlier -> spec.addAfter(earlier.value()));
        parent.ifPresent(task -> spec.setParent(SpecWire.toProto(task)));
        job.deadline().ifPresent(time -> spec.setDeadline(DurationWire.toProto(time)));
        return spec.build();
    }

    private static StageSpec stageSpec(StageRequest stage, String user) {
        StageSpec.Builder spec =
                StageSpec.newBuilder()
                        .setName(stage.name())
                        .setTaskCount(taskCount(stage.items()))
                        .setTask(template(stage))
                        .setResources(needs(stage.needs()))
                        .addAllDependsOn(stage.dependsOn());
        stage.attemptsMax().ifPresent(spec::setMaxAttempts);
        stage.timeout().ifPresent(timeout -> spec.setTimeout(DurationWire.toProto(timeout)));
        if (stage.warm().isPresent() && !stage.environment().containsKey(USER)) {
            // What the users of a cluster start is told apart by this: they share no program.
            spec.getTaskBuilder().putEnvironment(USER, user);
        }
        return spec.build();
    }

    private static TaskTemplate template(StageRequest stage) {
        TaskTemplate.Builder template =
                TaskTemplate.newBuilder()
                        .addAllCommand(stage.command())
                        .putAllEnvironment(stage.environment())
                        .setWorkingDirectory(stage.workingDirectory())
                        .setOutputLimitBytes(stage.outputLimitBytes())
                        .addAllOutputs(stage.outputs());
        stage.files().ifPresent(files -> template.setFiles(SpecWire.toProto(files)));
        switch (stage.items()) {
            case StageRequest.Items.Count _ -> {}
            case StageRequest.Items.None _ -> template.setNone(NoItems.getDefaultInstance());
            case StageRequest.Items.Sequence(long first, long step, int _) ->
                    template.setSequence(ItemSequence.newBuilder().setFirst(first).setStep(step));
            case StageRequest.Items.Table(ItemTable table) -> {
                if (table.chunks().isEmpty()) {
                    template.setList(SpecWire.toProto(table.listed()));
                } else {
                    template.setTable(table(table));
                }
            }
            case StageRequest.Items.Values _ ->
                    throw new IllegalStateException("the items have not been uploaded");
        }
        switch (stage.input()) {
            case StageRequest.Input.Empty _ -> {}
            case StageRequest.Input.Attached _ ->
                    template.setAttached(AttachedInput.getDefaultInstance());
            case StageRequest.Input.ItemBlob _ ->
                    template.setItemBlob(ItemInput.getDefaultInstance());
            case StageRequest.Input.Gathered(int from) ->
                    template.setGathered(GatheredInput.newBuilder().setStage(from));
            case StageRequest.Input.Shuffled(int from, Part part) ->
                    template.setShuffled(ShuffleWire.toProto(from, part));
            case StageRequest.Input.Piped _ -> template.setPiped(PipedInput.getDefaultInstance());
        }
        stage.shuffle().ifPresent(it -> template.setShuffle(ShuffleWire.toProto(it)));
        stage.warm().ifPresent(it -> template.setWarm(warm(it)));
        stage.pipe()
                .ifPresent(it ->
                        template.setPipe(PipedOutput.newBuilder().setExitCounts(it.exitCounts())));
        return template.build();
    }

    private static WarmTasks warm(Warm warm) {
        WarmTasks.Builder message = WarmTasks.newBuilder();
        warm.setup().ifPresent(setup -> message.setSetup(SpecWire.toProto(setup)));
        return message.build();
    }

    private static int taskCount(StageRequest.Items items) {
        return switch (items) {
            case StageRequest.Items.Count(int taskCount) -> taskCount;
            case StageRequest.Items.None _ -> 1;
            case StageRequest.Items.Sequence(long _, long _, int taskCount) -> taskCount;
            case StageRequest.Items.Table(ItemTable table) -> table.itemCount();
            case StageRequest.Items.Values(var values) -> values.size();
        };
    }

    private static dev.atoll.proto.job.v1.ItemTable table(ItemTable table) {
        var wire =
                dev.atoll.proto.job.v1.ItemTable.newBuilder()
                        .setItemsPerChunk(table.itemsPerChunk());
        table.chunks().forEach(chunk -> wire.addChunks(SpecWire.toProto(chunk)));
        return wire.build();
    }

    private static Resources needs(StageRequest.Needs needs) {
        Resources.Builder wire =
                Resources.newBuilder()
                        .setMemoryBytes(needs.memoryBytes())
                        .setGpuCount(needs.gpuCount())
                        .putAllLabels(needs.labels());
        needs.cpuMillis().ifPresent(wire::setCpuMillis);
        return wire.build();
    }

    static TaskSelection.Builder taskSelection(int stage, Ranges tasks) {
        return TaskSelection.newBuilder().setStage(stage).setTasks(RangesWire.toProto(tasks));
    }

    static ReadOutputRequest.Builder readOutput(JobId job, OutputSelection selection) {
        ReadOutputRequest.Builder request =
                ReadOutputRequest.newBuilder()
                        .setJobId(job.value())
                        .setFollow(selection.follow())
                        .setUnordered(selection.unordered())
                        .setIncludeFailed(selection.includeFailed())
                        .setIncludeRunning(selection.includeRunning());
        for (OutputChunk.Stream stream : selection.streams()) {
            request.addStreams(
                    switch (stream) {
                        case STDOUT -> OutputStream.OUTPUT_STREAM_STDOUT;
                        case STDERR -> OutputStream.OUTPUT_STREAM_STDERR;
                        case FILES -> OutputStream.OUTPUT_STREAM_FILES;
                    });
        }
        selection
                .stage()
                .ifPresent(stage ->
                        request.setTasks(
                                selection
                                        .tasks()
                                        .map(tasks -> taskSelection(stage, tasks))
                                        .orElse(TaskSelection.newBuilder().setStage(stage))));
        return request;
    }

    static OutputChunk outputChunk(dev.atoll.proto.job.v1.OutputChunk chunk) {
        return new OutputChunk(
                chunk.getIndex(),
                switch (chunk.getStream()) {
                    case OUTPUT_STREAM_STDERR -> OutputChunk.Stream.STDERR;
                    case OUTPUT_STREAM_FILES -> OutputChunk.Stream.FILES;
                    case OUTPUT_STREAM_STDOUT, OUTPUT_STREAM_UNSPECIFIED, UNRECOGNIZED ->
                            OutputChunk.Stream.STDOUT;
                },
                chunk.getData().asReadOnlyByteBuffer(),
                chunk.getLast());
    }

    /**
     * How an attempt failed; kinds that this client does not know count as the cluster's trouble.
     */
    static Failure failure(dev.atoll.proto.job.v1.Failure failure) {
        Failure.Kind kind =
                switch (failure.getKind()) {
                    case KIND_EXIT -> Failure.Kind.EXIT;
                    case KIND_SIGNAL -> Failure.Kind.SIGNAL;
                    case KIND_TIMEOUT -> Failure.Kind.TIMEOUT;
                    case KIND_NOT_FOUND -> Failure.Kind.NOT_FOUND;
                    case KIND_NOT_EXECUTABLE -> Failure.Kind.NOT_EXECUTABLE;
                    case KIND_OUTPUT_LIMIT -> Failure.Kind.OUTPUT_LIMIT;
                    case KIND_OUT_OF_MEMORY -> Failure.Kind.OUT_OF_MEMORY;
                    case KIND_CANCELLED -> Failure.Kind.CANCELLED;
                    case KIND_INPUT_UNAVAILABLE -> Failure.Kind.INPUT_UNAVAILABLE;
                    case KIND_WORKER_LOST -> Failure.Kind.WORKER_LOST;
                    case KIND_OUTPUT_MISSING -> Failure.Kind.OUTPUT_MISSING;
                    case KIND_WORKER_TROUBLE, KIND_UNSPECIFIED, UNRECOGNIZED ->
                            Failure.Kind.WORKER_TROUBLE;
                };
        return new Failure(kind, failure.getCode(), failure.getDetail());
    }

    static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }

    static Optional<Instant> instant(boolean present, Timestamp timestamp) {
        return present ? Optional.of(instant(timestamp)) : Optional.empty();
    }
}
