package dev.atoll.cli.items;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.Atoll;
import dev.atoll.client.ItemTableBuilder;
import dev.atoll.client.StageRequest;
import dev.atoll.client.Uploads;

import java.io.IOException;

/** Items that are read one by one and uploaded as a table. */
abstract class TableItems implements ItemSource {
    /** How many uploads may be under way at once. */
    int parallelMax() {
        return Uploads.PARALLEL_DEFAULT;
    }

    /** Adds all items to the table. */
    abstract void fill(ItemTableBuilder table, Uploads uploads, UploadListener listener)
            throws IOException, InterruptedException;

    /** What is said when there is no item. */
    abstract String emptyMessage();

    @Override
    public final StageRequest.Items upload(Atoll cluster, UploadListener listener)
            throws IOException, InterruptedException {
        try (Uploads uploads = cluster.uploads(parallelMax());
                ItemTableBuilder table = cluster.itemTable(uploads)) {
            fill(table, uploads, listener);
            if (table.count() == 0) {
                throw CommandException.usage(emptyMessage());
            }
            return new StageRequest.Items.Table(table.upload());
        }
    }
}
