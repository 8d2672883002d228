package dev.atoll.cli.items;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.StoredFiles;
import dev.atoll.runtime.config.ByteSize;

import java.util.List;

/** Whose blocks become the standard inputs of tasks: files here, or in the cluster. */
public final class PipedItems {
    private PipedItems() {}

    /**
     * The blocks of some files.
     *
     * @param names of files here, or atoll://NAME of files in the cluster
     * @param block how large blocks of files here are
     * @param delimiter what ends a record, as {@link Delimiter} reads it
     * @param whenEmpty what becomes of files without a byte
     * @param isShared whether workers see the files here under the same paths
     * @throws CommandException if there can be no such blocks
     */
    public static ItemSource of(
            InputFiles files,
            List<String> names,
            ByteSize block,
            String delimiter,
            WhenEmpty whenEmpty,
            boolean isShared) {
        if (block.bytes() < 1 || block.bytes() > BlockLimits.RECORD_BYTES_MAX) {
            throw CommandException.usage("--block must be 1 B to 64 MiB, not " + block);
        }
        if (names.stream().anyMatch(StoredName::isOne)) {
            if (block.bytes() != StoredFiles.BLOCK_BYTES || !delimiter.equals("\\n")) {
                throw CommandException.usage(
                        "files in the cluster are cut at line breaks, into blocks of up to 16 MiB:"
                                + " leave out --block and --delimiter");
            }
            if (isShared) {
                throw CommandException.usage(
                        "files in the cluster are where tasks find them: leave out --shared");
            }
            return new StoredItems(names, whenEmpty);
        }
        try {
            BlockLimits limits = BlockLimits.ofBlocks(block.toIntExact());
            Delimiter cut = Delimiter.parse(delimiter);
            return isShared
                    ? new SharedItems(files, names, limits, cut, whenEmpty)
                    : new BlockItems(files, names, limits, cut, whenEmpty);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--delimiter must be " + e.getMessage());
        }
    }
}
