package dev.atoll.worker.item;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Bytes;
import dev.atoll.core.model.SharedPart;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.proto.job.v1.Item;
import dev.atoll.proto.job.v1.ItemChunk;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.SharedPartWire;
import dev.atoll.runtime.wire.SpecWire;
import dev.atoll.worker.blob.BlobCache;
import dev.atoll.worker.blob.ParsedBlobs;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds the items of tasks. Thread-safe. */
public final class Items {
    private final ParsedBlobs<ItemChunk> chunks;

    public Items(BlobCache blobs) {
        this.chunks = new ParsedBlobs<>(blobs, ItemChunk.parser());
    }

    /**
     * The item of a task. Blocks while a table's chunk is fetched.
     *
     * @throws IOException if the item cannot be had
     */
    public TaskItem item(TaskTemplate task, int index) throws IOException {
        return switch (task.items()) {
            case TaskTemplate.Items.Index() ->
                    new TaskItem(index, Integer.toString(index), Optional.empty());
            case TaskTemplate.Items.None() -> TaskItem.none(index);
            case TaskTemplate.Items.Sequence(long first, long step) ->
                    new TaskItem(index, Long.toString(first + index * step), Optional.empty());
            case TaskTemplate.Items.Listed(List<Bytes> values) ->
                    item(values, index, task.warm().isPresent());
            case TaskTemplate.Items.Table table -> item(table, index);
        };
    }

    private static TaskItem item(List<Bytes> values, int index, boolean isWarm) throws IOException {
        if (index >= values.size()) {
            throw new IOException("the list of items has no item " + index);
        }
        ByteString bytes = UnsafeByteOperations.unsafeWrap(values.get(index).toArray());
        String value = isWarm ? "" : bytes.toStringUtf8();
        return new TaskItem(index, value, Optional.empty(), Optional.empty(), false, bytes);
    }

    private TaskItem item(TaskTemplate.Items.Table table, int index) throws IOException {
        int number = index / table.itemsPerChunk();
        if (number >= table.chunks().size()) {
            throw new IOException("the table of items has no chunk " + number);
        }
        ItemChunk chunk = chunks.get(table.chunks().get(number));
        int position = index % table.itemsPerChunk();
        if (position >= chunk.getItemsCount()) {
            throw new IOException("a chunk of items has no item " + position);
        }
        Item item = chunk.getItems(position);
        ByteString bytes = item.hasData() ? item.getData() : item.getValueBytes();
        return new TaskItem(index, item.getValue(), input(item), part(item), false, bytes);
    }

    private static Optional<SharedPart> part(Item item) throws IOException {
        try {
            return item.hasPart()
                    ? Optional.of(SharedPartWire.fromProto(item.getPart()))
                    : Optional.empty();
        } catch (MalformedMessageException e) {
            throw new IOException("an item names no part of a file: " + e.getMessage(), e);
        }
    }

    private static Optional<BlobRef> input(Item item) throws IOException {
        try {
            return item.hasInput()
                    ? Optional.of(SpecWire.fromProto(item.getInput(), "item.input"))
                    : Optional.empty();
        } catch (MalformedMessageException e) {
            throw new IOException("an item names no blob: " + e.getMessage(), e);
        }
    }
}
