package dev.atoll.worker.item;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.TaskTemplate;
import dev.atoll.proto.job.v1.Item;
import dev.atoll.proto.job.v1.ItemChunk;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.SpecWire;
import dev.atoll.worker.blob.BlobCache;
import dev.atoll.worker.blob.PinnedBlob;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Finds the items of tasks. Thread-safe. */
public final class Items {
    /* Neighbouring tasks need the same chunk, so the chunks used last stay in memory, as they came
     * off the wire: at most 16 of at most 8 MiB. */
    private static final int CHUNKS_MAX = 16;

    private final BlobCache blobs;
    private final Map<BlobRef, ItemChunk> chunks =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<BlobRef, ItemChunk> eldest) {
                    return size() > CHUNKS_MAX;
                }
            };

    public Items(BlobCache blobs) {
        this.blobs = blobs;
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
            case TaskTemplate.Items.Table table -> item(table, index);
        };
    }

    private TaskItem item(TaskTemplate.Items.Table table, int index) throws IOException {
        int number = index / table.itemsPerChunk();
        if (number >= table.chunks().size()) {
            throw new IOException("the table of items has no chunk " + number);
        }
        ItemChunk chunk = chunk(table.chunks().get(number));
        int position = index % table.itemsPerChunk();
        if (position >= chunk.getItemsCount()) {
            throw new IOException("a chunk of items has no item " + position);
        }
        Item item = chunk.getItems(position);
        return new TaskItem(index, item.getValue(), input(item));
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

    private ItemChunk chunk(BlobRef blob) throws IOException {
        synchronized (chunks) {
            @Nullable ItemChunk known = chunks.get(blob);
            if (known != null) {
                return known;
            }
        }
        ItemChunk chunk = read(blob);
        synchronized (chunks) {
            chunks.put(blob, chunk);
        }
        return chunk;
    }

    private ItemChunk read(BlobRef blob) throws IOException {
        try (PinnedBlob pinned = blobs.open(blob)) {
            return ItemChunk.parseFrom(Files.readAllBytes(pinned.file()));
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("a blob is no chunk of items", e);
        }
    }
}
