package dev.atoll.cli.items;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.Atoll;
import dev.atoll.client.BlobSource;
import dev.atoll.client.Compression;
import dev.atoll.client.ItemTableBuilder;
import dev.atoll.client.StageRequest;
import dev.atoll.client.StoredBlocks;
import dev.atoll.client.StoredFiles;
import dev.atoll.client.Uploads;
import dev.atoll.core.model.BlobRef;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Blocks of files in the cluster: each is the standard input of a task, whose item is
 * atoll://NAME:OFFSET. Nothing of the files is read or sent, unless they are compressed: then they
 * are read, decompressed, cut and sent from here.
 */
public final class StoredItems implements ItemSource {
    private final List<String> words;
    private final Delimiter delimiter;
    private final WhenEmpty whenEmpty;

    /**
     * @param words the files, each atoll://NAME
     * @param delimiter what ends a record
     * @param whenEmpty what becomes of files without a byte
     */
    public StoredItems(List<String> words, Delimiter delimiter, WhenEmpty whenEmpty) {
        this.words = List.copyOf(words);
        this.delimiter = delimiter;
        this.whenEmpty = whenEmpty;
    }

    @Override
    public StageRequest.Input input() {
        return new StageRequest.Input.ItemBlob();
    }

    @Override
    public void check() {
        List<String> others = words.stream().filter(word -> !StoredName.isOne(word)).toList();
        if (!others.isEmpty()) {
            throw CommandException.usage(
                    "give either files of this machine or files in the cluster: put %s there first"
                            .formatted(String.join(" ", others)));
        }
    }

    @Override
    public StageRequest.Items upload(Atoll cluster, UploadListener listener)
            throws IOException, InterruptedException {
        try (Uploads uploads = cluster.uploads();
                ItemTableBuilder table = cluster.itemTable(uploads)) {
            for (String word : words) {
                StoredBlocks stored = cluster.files().blocks(StoredName.of(word));
                if (stored.compressed()) {
                    addDecompressed(word, cluster, uploads, table, listener);
                } else {
                    add(word, stored, table);
                }
            }
            if (table.count() == 0 && whenEmpty == WhenEmpty.ONE_EMPTY_BLOCK) {
                var nothing = uploads.add(new BlobSource.Bytes(new byte[0]));
                table.add(words.getFirst() + ":0", Uploads.join(List.of(nothing)).getFirst());
            }
            if (table.count() == 0) {
                throw CommandException.usage(
                        String.join(", ", words) + (words.size() == 1 ? " is" : " are") + " empty");
            }
            return new StageRequest.Items.Table(table.upload());
        }
    }

    private void addDecompressed(
            String word,
            Atoll cluster,
            Uploads uploads,
            ItemTableBuilder table,
            UploadListener listener)
            throws IOException, InterruptedException {
        BlockLimits limits = delimiter.fitting(StoredFiles.BLOCK_BYTES);
        List<String> values = new ArrayList<>();
        List<CompletableFuture<BlobRef>> refs = new ArrayList<>();
        try (InputStream in = cluster.files().open(StoredName.of(word));
                InputStream data = Compression.decompressed(word, in)) {
            BlockReader reader = new BlockReader(word, data, limits, delimiter);
            long offset = 0;
            for (var block = reader.next(); block.isPresent(); block = reader.next()) {
                values.add(word + ":" + offset);
                refs.add(uploads.add(new BlobSource.Bytes(block.get())));
                offset = reader.offset();
                listener.progress(refs.size(), uploads.bytesDone());
            }
        }
        List<BlobRef> uploaded = Uploads.join(refs);
        for (int i = 0; i < values.size(); i++) {
            table.add(values.get(i), uploaded.get(i));
        }
    }

    private void add(String word, StoredBlocks stored, ItemTableBuilder table) throws IOException {
        if (!stored.endAt(delimiter.ends())) {
            throw CommandException.usage(
                    word
                            + ": its blocks do not all end where such records do, so that no task"
                            + " could see those whole. Put it with the same --delimiter or"
                            + " --record-size; or, where records are longer than a block, read it"
                            + " as one: atoll cat NAME | atoll map --pipe -");
        }
        long offset = 0;
        for (BlobRef block : stored.blocks()) {
            table.add(word + ":" + offset, block);
            offset += block.sizeBytes();
        }
    }
}
