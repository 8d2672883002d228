package dev.atoll.cli.items;

import dev.atoll.client.ItemTableBuilder;
import dev.atoll.client.Uploads;

import java.io.IOException;
import java.util.List;

/** Items that stand on the command line or in a job file. */
public final class ListedItems extends TableItems {
    private final List<String> values;

    /**
     * @param values in order
     */
    public ListedItems(List<String> values) {
        this.values = List.copyOf(values);
    }

    @Override
    public void check() {}

    @Override
    void fill(ItemTableBuilder table, Uploads uploads, UploadListener listener) throws IOException {
        for (String value : values) {
            table.add(value);
        }
    }

    @Override
    String emptyMessage() {
        return "there are no items";
    }
}
