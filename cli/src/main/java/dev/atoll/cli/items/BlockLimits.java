package dev.atoll.cli.items;

import java.io.IOException;

/**
 * How large blocks are.
 *
 * @param blockBytes a block is at most so long, unless a single record is longer: 1 B to 64 MiB
 * @param recordBytesMax a record is at most so long, at least {@code blockBytes}
 */
public record BlockLimits(int blockBytes, int recordBytesMax) {
    /** The longest record, and the largest block: 64 MiB. */
    public static final int RECORD_BYTES_MAX = 64 << 20;

    public BlockLimits {
        if (blockBytes < 1 || recordBytesMax < blockBytes) {
            throw new IllegalArgumentException(
                    "blocks of %d bytes, records of %d".formatted(blockBytes, recordBytesMax));
        }
    }

    /** Blocks of this size, and the usual longest record. */
    public static BlockLimits ofBlocks(int blockBytes) {
        return new BlockLimits(blockBytes, RECORD_BYTES_MAX);
    }

    IOException tooLong(String name, long offset) {
        return new IOException(
                "%s: the record at byte %d is longer than %d bytes; is the delimiter right?"
                        .formatted(name, offset, recordBytesMax));
    }
}
