package dev.atoll.cli.items;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.StoredFiles;
import dev.atoll.runtime.config.ByteSize;

import java.util.Optional;

/**
 * How files are cut into blocks, as a user says it.
 *
 * @param block how large blocks are
 * @param delimiter what ends a record, as {@link Delimiter} reads it; empty: a line break
 * @param recordSize how large each record is, instead
 * @param isShared whether workers see the files under the same paths
 */
public record Cut(
        ByteSize block,
        Optional<String> delimiter,
        Optional<ByteSize> recordSize,
        boolean isShared) {
    /** At line breaks. */
    public static Cut atLines(ByteSize block, boolean isShared) {
        return new Cut(block, Optional.empty(), Optional.empty(), isShared);
    }

    /**
     * What ends a record.
     *
     * @throws CommandException if nothing can
     */
    public static Delimiter delimiter(Optional<String> delimiter, Optional<ByteSize> recordSize) {
        if (delimiter.isPresent() && recordSize.isPresent()) {
            throw CommandException.usage("give only one of --delimiter and --record-size");
        }
        if (recordSize
                .filter(size -> size.bytes() < 1 || size.bytes() > StoredFiles.BLOCK_BYTES)
                .isPresent()) {
            throw CommandException.usage(
                    "--record-size must be 1 B to 16 MiB, not " + recordSize.get());
        }
        try {
            return recordSize
                    .map(size -> Delimiter.every(size.toIntExact()))
                    .or(() -> delimiter.map(Delimiter::parse))
                    .orElse(Delimiter.NEWLINE);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--delimiter must be " + e.getMessage());
        }
    }

    Delimiter delimiterOrSize() {
        return delimiter(delimiter, recordSize);
    }
}
