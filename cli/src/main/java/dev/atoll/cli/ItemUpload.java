package dev.atoll.cli;

import dev.atoll.cli.items.ItemSource;
import dev.atoll.cli.shell.Shell;
import dev.atoll.cli.terminal.Amounts;
import dev.atoll.client.Atoll;
import dev.atoll.client.StageRequest;

import java.io.IOException;

/** Uploads items and shows how far it is. */
final class ItemUpload {
    private ItemUpload() {}

    /** Uploads everything that a source has. */
    static StageRequest.Items of(
            ItemSource source, Atoll cluster, Shell shell, ResultOptions options)
            throws IOException, InterruptedException {
        try (ProgressLine line = new ProgressLine(shell, options.progressMode())) {
            return source.upload(
                    cluster,
                    (count, bytes) ->
                            line.show(
                                    "uploading: %s items, %s"
                                            .formatted(
                                                    Amounts.count(count), Amounts.bytes(bytes))));
        }
    }
}
