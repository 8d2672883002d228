package dev.atoll.cli.items;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.Atoll;
import dev.atoll.client.ItemTableBuilder;
import dev.atoll.client.StageRequest;
import dev.atoll.client.StoredBlocks;
import dev.atoll.client.Uploads;
import dev.atoll.core.model.BlobRef;

import java.io.IOException;
import java.util.List;

/**
 * Blocks of files in the cluster: each is the standard input of a task, whose item is
 * atoll://NAME:OFFSET. Nothing of the files is read or sent.
 */
public final class StoredItems implements ItemSource {
    private final List<String> words;

    /**
     * @param words the files, each atoll://NAME
     */
    public StoredItems(List<String> words) {
        this.words = List.copyOf(words);
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
                add(word, cluster.files().blocks(StoredName.of(word)), table);
            }
            if (table.count() == 0) {
                throw CommandException.usage(
                        String.join(", ", words) + (words.size() == 1 ? " is" : " are") + " empty");
            }
            return new StageRequest.Items.Table(table.upload());
        }
    }

    private static void add(String word, StoredBlocks stored, ItemTableBuilder table)
            throws IOException {
        if (!stored.endAtLines()) {
            throw CommandException.usage(
                    word
                            + ": some of its lines are longer than a block, so that no task could"
                            + " see them whole. Read it as one: atoll cat NAME | atoll map --pipe"
                            + " -");
        }
        long offset = 0;
        for (BlobRef block : stored.blocks()) {
            table.add(word + ":" + offset, block);
            offset += block.sizeBytes();
        }
    }
}
