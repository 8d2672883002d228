package dev.atoll.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Bytes;
import dev.atoll.core.model.SharedPart;
import dev.atoll.core.model.StageSpec;
import dev.atoll.proto.job.v1.Item;
import dev.atoll.proto.job.v1.ItemChunk;
import dev.atoll.runtime.wire.SharedPartWire;
import dev.atoll.runtime.wire.SpecWire;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Collects the items of a stage and uploads them. What does not fit in a little memory waits in a
 * temporary file. For one thread.
 */
public final class ItemTableBuilder implements AutoCloseable {
    /* All chunks but the last hold the same number of items, and none may be larger than 8 MiB. How
     * many items that is depends on the largest run of items, so the sizes of all runs are followed
     * for every power of two while items come in, and the largest that fits is taken at the end. */
    private static final int CHUNK_BYTES_MAX = 8 << 20;
    private static final int ITEMS_PER_CHUNK_BITS_MAX = 13;
    private static final int ITEM_BYTES_MAX = 64 << 10;
    static final int DATA_BYTES_MAX = 4 << 20;

    /* Not all that a spec takes: every worker that gets one of the tasks is told all of them. */
    private static final int LISTED_BYTES_MAX = 4 << 10;
    private static final int LISTED_MAX = 64;

    private final Uploads uploads;
    private final Spool spool = new Spool();
    private final CodedOutputStream out = CodedOutputStream.newInstance(spool);
    private final long[] runBytes = new long[ITEMS_PER_CHUNK_BITS_MAX + 1];
    private final long[] runBytesMax = new long[ITEMS_PER_CHUNK_BITS_MAX + 1];
    private int count;

    /** All items, as long as they are few, small and nothing but bytes. */
    private final List<Bytes> listed = new ArrayList<>();

    private int listedBytes;

    ItemTableBuilder(Uploads uploads) {
        this.uploads = uploads;
    }

    /** How many items there are by now. */
    public int count() {
        return count;
    }

    /**
     * Adds an item.
     *
     * @param value what "{}" becomes: no NUL, at most 64 KiB in UTF-8
     */
    public void add(String value) throws IOException {
        Item item = Item.newBuilder().setValue(checked(value)).build();
        list(value.getBytes(UTF_8));
        add(value, item);
    }

    /** Adds an item whose task reads this blob as its standard input. */
    public void add(String value, BlobRef input) throws IOException {
        add(
                value,
                Item.newBuilder()
                        .setValue(checked(value))
                        .setInput(SpecWire.toProto(input))
                        .build());
    }

    /**
     * Adds an item of any bytes, at most 4 MiB, for a warm program.
     *
     * @throws InvalidRequestException if there are more
     */
    public void add(byte[] data) throws IOException {
        if (data.length > DATA_BYTES_MAX) {
            throw Items.tooLarge(count, data.length, DATA_BYTES_MAX);
        }
        list(data);
        add(Integer.toString(count), Item.newBuilder().setData(ByteString.copyFrom(data)).build());
    }

    /**
     * Adds an item whose task reads this part of a file as its standard input: from the worker's
     * own file system.
     */
    public void add(String value, SharedPart part) throws IOException {
        add(
                value,
                Item.newBuilder()
                        .setValue(checked(value))
                        .setPart(SharedPartWire.toProto(part))
                        .build());
    }

    private void list(byte[] item) {
        if (listed.size() == count
                && count < LISTED_MAX
                && item.length <= LISTED_BYTES_MAX - listedBytes) {
            listed.add(Bytes.copyOf(item));
            listedBytes += item.length;
        }
    }

    private void add(String value, Item item) throws IOException {
        if (count == StageSpec.TASK_COUNT_MAX) {
            throw Items.tooMany(value);
        }
        int size = item.getSerializedSize();
        // Within the chunk stand a tag, the item's length, and the item.
        int encoded = 1 + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
        for (int bits = 0; bits <= ITEMS_PER_CHUNK_BITS_MAX; bits++) {
            boolean begins = (count & ((1 << bits) - 1)) == 0;
            runBytes[bits] = begins ? encoded : runBytes[bits] + encoded;
            runBytesMax[bits] = Math.max(runBytesMax[bits], runBytes[bits]);
        }
        out.writeUInt32NoTag(size);
        item.writeTo(out);
        count++;
    }

    private String checked(String value) {
        return Items.checked(count, value, ITEM_BYTES_MAX);
    }

    /** Uploads the table, if it is not small, and waits until the cluster has it. */
    public ItemTable upload() throws IOException, InterruptedException {
        if (count > 0 && listed.size() == count) {
            return new ItemTable(count, 0, List.of(), listed);
        }
        out.flush();
        int bits = ITEMS_PER_CHUNK_BITS_MAX;
        while (runBytesMax[bits] > CHUNK_BYTES_MAX) {
            bits--;
        }
        int itemsPerChunk = 1 << bits;
        List<CompletableFuture<BlobRef>> chunks = new ArrayList<>();
        try (InputStream stored = new BufferedInputStream(spool.read())) {
            CodedInputStream in = CodedInputStream.newInstance(stored);
            in.setSizeLimit(Integer.MAX_VALUE);
            for (int first = 0; first < count; first += itemsPerChunk) {
                ItemChunk.Builder chunk = ItemChunk.newBuilder();
                for (int i = first; i < Math.min(count, first + itemsPerChunk); i++) {
                    chunk.addItems(Item.parseFrom(in.readByteArray()));
                }
                in.resetSizeCounter();
                chunks.add(uploads.add(new BlobSource.Bytes(chunk.build().toByteArray())));
            }
        }
        return new ItemTable(count, itemsPerChunk, Uploads.join(chunks), List.of());
    }

    @Override
    public void close() throws IOException {
        spool.close();
    }
}
