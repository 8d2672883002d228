package dev.atoll.runtime.wire;

import dev.atoll.core.model.Bytes;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.core.model.TaskTemplate.Input;
import dev.atoll.core.model.TaskTemplate.Items;
import dev.atoll.core.model.TaskTemplate.Part;
import dev.atoll.core.model.TaskTemplate.Pipe;
import dev.atoll.core.model.TaskTemplate.Warm;
import dev.atoll.proto.job.v1.AttachedInput;
import dev.atoll.proto.job.v1.GatheredInput;
import dev.atoll.proto.job.v1.ItemInput;
import dev.atoll.proto.job.v1.ItemSequence;
import dev.atoll.proto.job.v1.ItemTable;
import dev.atoll.proto.job.v1.NoItems;
import dev.atoll.proto.job.v1.PipedInput;
import dev.atoll.proto.job.v1.PipedOutput;
import dev.atoll.proto.job.v1.WarmTasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What tasks do, and back. */
final class TemplateWire {
    private TemplateWire() {}

    static dev.atoll.proto.job.v1.TaskTemplate toProto(TaskTemplate task) {
        dev.atoll.proto.job.v1.TaskTemplate.Builder message =
                dev.atoll.proto.job.v1.TaskTemplate.newBuilder()
                        .addAllCommand(task.command())
                        .putAllEnvironment(task.environment())
                        .setWorkingDirectory(task.workingDirectory())
                        .setOutputLimitBytes(task.outputLimitBytes())
                        .addAllOutputs(task.outputs());
        switch (task.items()) {
            case Items.Index() -> message.clearItems();
            case Items.None() -> message.setNone(NoItems.getDefaultInstance());
            case Items.Sequence(long first, long step) ->
                    message.setSequence(ItemSequence.newBuilder().setFirst(first).setStep(step));
            case Items.Listed(List<Bytes> values) -> message.setList(SpecWire.toProto(values));
            case Items.Table table -> message.setTable(toProto(table));
        }
        switch (task.input()) {
            case Input.Empty() -> message.clearInput();
            case Input.Attached() -> message.setAttached(AttachedInput.getDefaultInstance());
            case Input.ItemBlob() -> message.setItemBlob(ItemInput.getDefaultInstance());
            case Input.Gathered(int stage) ->
                    message.setGathered(GatheredInput.newBuilder().setStage(stage));
            case Input.Shuffled(int stage, Part part) ->
                    message.setShuffled(ShuffleWire.toProto(stage, part));
            case Input.Piped() -> message.setPiped(PipedInput.getDefaultInstance());
        }
        task.files().ifPresent(files -> message.setFiles(SpecWire.toProto(files)));
        task.shuffle().ifPresent(shuffle -> message.setShuffle(ShuffleWire.toProto(shuffle)));
        task.warm().ifPresent(warm -> message.setWarm(toProto(warm)));
        task.pipe()
                .ifPresent(pipe ->
                        message.setPipe(PipedOutput.newBuilder().setExitCounts(pipe.exitCounts())));
        return message.build();
    }

    static TaskTemplate fromProto(dev.atoll.proto.job.v1.TaskTemplate message, String field) {
        return SpecWire.modelled(
                field,
                () ->
                        new TaskTemplate(
                                message.getCommandList(),
                                new TreeMap<>(message.getEnvironmentMap()),
                                message.getWorkingDirectory(),
                                items(message, field),
                                input(message, field),
                                message.getOutputLimitBytes() == 0
                                        ? TaskTemplate.OUTPUT_LIMIT_BYTES_DEFAULT
                                        : message.getOutputLimitBytes(),
                                message.hasFiles()
                                        ? Optional.of(
                                                SpecWire.fromProto(
                                                        message.getFiles(), field + ".files"))
                                        : Optional.empty(),
                                message.getOutputsList(),
                                message.hasShuffle()
                                        ? Optional.of(
                                                ShuffleWire.fromProto(
                                                        message.getShuffle(), field + ".shuffle"))
                                        : Optional.empty(),
                                message.hasWarm()
                                        ? Optional.of(warm(message.getWarm(), field + ".warm"))
                                        : Optional.empty(),
                                message.hasPipe()
                                        ? Optional.of(new Pipe(message.getPipe().getExitCounts()))
                                        : Optional.empty()));
    }

    private static WarmTasks toProto(Warm warm) {
        WarmTasks.Builder message = WarmTasks.newBuilder();
        warm.setup().ifPresent(setup -> message.setSetup(SpecWire.toProto(setup)));
        return message.build();
    }

    private static Warm warm(WarmTasks message, String field) {
        return new Warm(
                message.hasSetup()
                        ? Optional.of(SpecWire.fromProto(message.getSetup(), field + ".setup"))
                        : Optional.empty());
    }

    private static ItemTable toProto(Items.Table table) {
        ItemTable.Builder message = ItemTable.newBuilder().setItemsPerChunk(table.itemsPerChunk());
        table.chunks().forEach(chunk -> message.addChunks(SpecWire.toProto(chunk)));
        return message.build();
    }

    private static Items items(dev.atoll.proto.job.v1.TaskTemplate message, String field) {
        return switch (message.getItemsCase()) {
            case ITEMS_NOT_SET -> new Items.Index();
            case NONE -> new Items.None();
            case SEQUENCE -> {
                ItemSequence sequence = message.getSequence();
                long step = sequence.getStep() == 0 ? 1 : sequence.getStep();
                yield new Items.Sequence(sequence.getFirst(), step);
            }
            case TABLE -> table(message.getTable(), field + ".table");
            case LIST ->
                    new Items.Listed(
                            message.getList().getItemsList().stream()
                                    .map(item -> Bytes.copyOf(item.toByteArray()))
                                    .toList());
        };
    }

    private static Items.Table table(ItemTable message, String field) {
        List<dev.atoll.core.model.BlobRef> chunks = new ArrayList<>(message.getChunksCount());
        for (int i = 0; i < message.getChunksCount(); i++) {
            chunks.add(SpecWire.fromProto(message.getChunks(i), field + ".chunks[" + i + "]"));
        }
        return new Items.Table(message.getItemsPerChunk(), chunks);
    }

    private static Input input(dev.atoll.proto.job.v1.TaskTemplate message, String field) {
        return switch (message.getInputCase()) {
            case INPUT_NOT_SET -> new Input.Empty();
            case ATTACHED -> new Input.Attached();
            case ITEM_BLOB -> new Input.ItemBlob();
            case GATHERED ->
                    new Input.Gathered(
                            stage(message.getGathered().getStage(), field + ".gathered.stage"));
            case SHUFFLED ->
                    new Input.Shuffled(
                            stage(message.getShuffled().getStage(), field + ".shuffled.stage"),
                            ShuffleWire.part(message.getShuffled()));
            case PIPED -> new Input.Piped();
        };
    }

    private static int stage(int position, String field) {
        if (position < 0) {
            throw new MalformedMessageException(field, "at least 0, not " + position);
        }
        return position;
    }
}
