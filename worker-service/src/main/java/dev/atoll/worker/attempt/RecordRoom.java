package dev.atoll.worker.attempt;

import dev.atoll.core.model.Shuffle;
import dev.atoll.worker.shuffle.RecordSorter;
import dev.atoll.worker.shuffle.SpillDirectory;

import java.util.concurrent.atomic.AtomicLong;

/** Where records are sorted: memory that attempts share, and a directory for what is more. */
public final class RecordRoom {
    private static final int HEAP_SHARE = 4;
    private static final long MEMORY_MIN = 1 << 20;
    private static final long MEMORY_MAX = 256 << 20;

    private final SpillDirectory directory;
    private final long share;
    private final AtomicLong left;

    /**
     * Shares a quarter of the heap.
     *
     * @param attempts how many run at a time in most cases; if more do, the later ones get less
     */
    public RecordRoom(SpillDirectory directory, int attempts) {
        long memory = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
        this.directory = directory;
        this.share = Math.clamp(memory / Math.max(1, attempts), MEMORY_MIN, MEMORY_MAX);
        this.left = new AtomicLong(memory);
    }

    /** A part of the memory. */
    final class Share implements AutoCloseable {
        private final long bytes;

        private Share() {
            long before = left.getAndUpdate(it -> it - Math.min(share, Math.max(it, MEMORY_MIN)));
            this.bytes = Math.min(share, Math.max(before, MEMORY_MIN));
        }

        RecordSorter sorter(Shuffle shuffle) {
            return new RecordSorter(shuffle, directory, bytes);
        }

        @Override
        public void close() {
            left.addAndGet(bytes);
        }
    }

    /** Takes a part; nobody waits, there is always a little. */
    Share take() {
        return new Share();
    }
}
