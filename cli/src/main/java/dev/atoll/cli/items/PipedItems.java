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
     * @param cut how files are cut; those in the cluster have been, when they were put
     * @param whenEmpty what becomes of files without a byte
     * @throws CommandException if there can be no such blocks
     */
    public static ItemSource of(
            InputFiles files, List<String> names, Cut cut, WhenEmpty whenEmpty) {
        ByteSize block = cut.block();
        if (block.bytes() < 1 || block.bytes() > BlockLimits.RECORD_BYTES_MAX) {
            throw CommandException.usage("--block must be 1 B to 64 MiB, not " + block);
        }
        Delimiter delimiter = cut.delimiterOrSize();
        if (names.stream().anyMatch(StoredName::isOne)) {
            if (block.bytes() != StoredFiles.BLOCK_BYTES) {
                throw CommandException.usage(
                        "files in the cluster are in blocks of up to 16 MiB: leave out --block");
            }
            if (cut.isShared()) {
                throw CommandException.usage(
                        "files in the cluster are where tasks find them: leave out --shared");
            }
            return new StoredItems(names, delimiter, whenEmpty);
        }
        BlockLimits limits = delimiter.fitting(block.toIntExact());
        return cut.isShared()
                ? new SharedItems(files, names, limits, delimiter, whenEmpty)
                : new BlockItems(files, names, limits, delimiter, whenEmpty);
    }
}
