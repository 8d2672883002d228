package dev.atoll.client;

import dev.atoll.core.model.BlobRef;

import java.util.List;

/**
 * What a file in the cluster consists of.
 *
 * @param blocks its contents, in order
 * @param endAtLines whether each block, but for the last, ends right after a newline
 * @param compressed whether they are compressed, so that no block means anything by itself
 */
public record StoredBlocks(List<BlobRef> blocks, boolean endAtLines, boolean compressed) {
    public StoredBlocks {
        blocks = List.copyOf(blocks);
    }
}
