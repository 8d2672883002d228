package dev.atoll.client;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Bytes;

import java.util.List;

/**
 * The items of a stage, uploaded; a few small ones are sent with the job instead.
 *
 * @param itemCount how many
 * @param itemsPerChunk how many in each chunk but the last
 * @param chunks where they are; none if they are listed
 * @param listed the items themselves
 */
public record ItemTable(
        int itemCount, int itemsPerChunk, List<BlobRef> chunks, List<Bytes> listed) {
    public ItemTable {
        chunks = List.copyOf(chunks);
        listed = List.copyOf(listed);
    }
}
