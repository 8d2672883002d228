package dev.atoll.worker.attempt;

import dev.atoll.core.model.Shuffle;
import dev.atoll.worker.shuffle.RecordSorter;
import dev.atoll.worker.shuffle.SpillDirectory;

/**
 * Where records are sorted.
 *
 * @param memoryBytes about how much memory one attempt may take for it
 */
public record RecordRoom(SpillDirectory directory, long memoryBytes) {
    private static final int HEAP_SHARE = 4;
    private static final long MEMORY_MIN = 1 << 20;
    private static final long MEMORY_MAX = 256 << 20;

    /** A quarter of the heap, shared by as many attempts as run at a time. */
    public static RecordRoom of(SpillDirectory directory, int attemptsMax) {
        long share = Runtime.getRuntime().maxMemory() / HEAP_SHARE / Math.max(1, attemptsMax);
        return new RecordRoom(directory, Math.clamp(share, MEMORY_MIN, MEMORY_MAX));
    }

    RecordSorter sorter(Shuffle shuffle) {
        return new RecordSorter(shuffle, directory, memoryBytes);
    }
}
