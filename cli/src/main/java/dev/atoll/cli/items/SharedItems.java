package dev.atoll.cli.items;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.BlobSource;
import dev.atoll.client.BlobSource.FilePart;
import dev.atoll.client.ItemTableBuilder;
import dev.atoll.client.StageRequest;
import dev.atoll.client.Uploads;
import dev.atoll.core.model.SharedPart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Blocks of files that all workers see under the same path: only the bytes around the cuts are read
 * here, and nothing is sent.
 */
final class SharedItems extends TableItems {
    private final InputFiles files;
    private final List<String> names;
    private final BlockLimits limits;
    private final Delimiter delimiter;
    private final WhenEmpty whenEmpty;

    /**
     * @param files where names lead
     * @param names of the files, at least one
     * @param limits how large blocks are
     * @param delimiter what ends a record
     * @param whenEmpty what becomes of files without a byte
     */
    SharedItems(
            InputFiles files,
            List<String> names,
            BlockLimits limits,
            Delimiter delimiter,
            WhenEmpty whenEmpty) {
        this.files = files;
        this.names = List.copyOf(names);
        this.limits = limits;
        this.delimiter = delimiter;
        this.whenEmpty = whenEmpty;
    }

    @Override
    public StageRequest.Input input() {
        return new StageRequest.Input.ItemBlob();
    }

    @Override
    public void check() throws IOException {
        files.check(names);
        List<String> faults = new ArrayList<>();
        for (String name : names) {
            if (!files.isRegular(name)) {
                faults.add(
                        name
                                + ": --shared takes files that tasks can read at any place, which"
                                + " neither pipes nor s3:// are, nor what is compressed");
            }
        }
        if (!faults.isEmpty()) {
            throw CommandException.usage(String.join("\n", faults));
        }
    }

    @Override
    void fill(ItemTableBuilder table, Uploads uploads, UploadListener listener)
            throws IOException, InterruptedException {
        for (String name : names) {
            add(name, table, listener);
        }
        if (table.count() == 0 && whenEmpty == WhenEmpty.ONE_EMPTY_BLOCK) {
            var nothing = uploads.add(new BlobSource.Bytes(new byte[0]));
            table.add(names.getFirst() + ":0", Uploads.join(List.of(nothing)).getFirst());
        }
    }

    private void add(String name, ItemTableBuilder table, UploadListener listener)
            throws IOException {
        Path path = files.path(name).toAbsolutePath();
        // Taken before it is cut: whatever changes it meanwhile changes what workers compare with.
        BasicFileAttributes seen = Files.readAttributes(path, BasicFileAttributes.class);
        try (FileBlocks blocks = new FileBlocks(path, limits, delimiter)) {
            for (Optional<FilePart> block = blocks.next();
                    block.isPresent();
                    block = blocks.next()) {
                long offset = block.get().offset();
                table.add(
                        name + ":" + offset,
                        new SharedPart(
                                path.toString(),
                                offset,
                                block.get().sizeBytes(),
                                seen.size(),
                                seen.lastModifiedTime().toInstant()));
                listener.progress(table.count(), 0);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(name + " was changed while it was cut", e);
        }
    }

    @Override
    String emptyMessage() {
        return String.join(", ", names) + (names.size() == 1 ? " is empty" : " are empty");
    }
}
