package dev.atoll.client;

import dev.atoll.core.model.BlobRef;

import java.util.List;
import java.util.Optional;

/**
 * What a file in the cluster consists of.
 *
 * @param blocks its contents, in order
 * @param endAtLines whether each block, but for the last, ends right after a newline
 * @param delimiter what else each of them, but for the last, ends right after, if that is known
 * @param compressed whether they are compressed, so that no block means anything by itself
 */
public record StoredBlocks(
        List<BlobRef> blocks,
        boolean endAtLines,
        Optional<RecordEnds> delimiter,
        boolean compressed) {
    public StoredBlocks {
        blocks = List.copyOf(blocks);
    }

    /** Whether no record that ends so is in two blocks. */
    public boolean endAt(RecordEnds ends) {
        if (ends.sizeBytes() > 0) {
            return blocks.stream()
                    .limit(Math.max(0, blocks.size() - 1))
                    .allMatch(block -> block.sizeBytes() % ends.sizeBytes() == 0);
        }
        return blocks.size() <= 1
                || (ends.equals(RecordEnds.LINES) && endAtLines)
                || delimiter.filter(ends::equals).isPresent();
    }
}
