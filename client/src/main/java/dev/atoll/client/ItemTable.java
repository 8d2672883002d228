package dev.atoll.client;

import dev.atoll.core.model.BlobRef;

import java.util.List;

/**
 * The items of a stage, uploaded.
 *
 * @param itemCount how many
 * @param itemsPerChunk how many in each chunk but the last
 * @param chunks where they are
 */
public record ItemTable(int itemCount, int itemsPerChunk, List<BlobRef> chunks) {
    public ItemTable {
        chunks = List.copyOf(chunks);
    }
}
