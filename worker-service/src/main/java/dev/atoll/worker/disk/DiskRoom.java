package dev.atoll.worker.disk;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How much room the disk of the state has, and whether that is enough for new tasks. Safe for use
 * by several threads.
 */
public final class DiskRoom {
    /* A task that cannot keep its output has run for nothing, so the worker takes none while there is
     * room for what it has. It goes on when there is clearly more than the least, or it would with
     * each deleted file. */
    private static final Logger LOG = LoggerFactory.getLogger(DiskRoom.class);

    private final LongSupplier free;
    private final long leastBytes;
    private boolean isShort; // Guarded by this.

    /**
     * @param free how many bytes are free
     * @param leastBytes with less than so much there are to be no new tasks; 0: there may always be
     */
    public DiskRoom(LongSupplier free, long leastBytes) {
        this.free = free;
        this.leastBytes = leastBytes;
    }

    /** How many bytes are free. */
    public long freeBytes() {
        return free.getAsLong();
    }

    /** Why there are to be no new tasks at present, in a sentence. */
    public synchronized Optional<String> shortage() {
        if (leastBytes == 0) {
            return Optional.empty();
        }
        long bytes = freeBytes();
        boolean isShortNow = bytes < (isShort ? leastBytes + leastBytes / 4 : leastBytes);
        String what =
                "its disk is full: %d MiB are free, and %d are to be"
                        .formatted(bytes >> 20, leastBytes >> 20);
        if (isShortNow != isShort) {
            isShort = isShortNow;
            if (isShort) {
                LOG.warn("this worker wants no new tasks: {}", what);
            } else {
                LOG.info("the disk has room again, {} MiB", bytes >> 20);
            }
        }
        return isShort ? Optional.of(what) : Optional.empty();
    }

    /** Why so many bytes more are not to be written, in a sentence. */
    public Optional<String> shortageAfter(long bytesMore) {
        Optional<String> shortage = shortage();
        if (shortage.isPresent() || leastBytes == 0 || freeBytes() - bytesMore >= leastBytes) {
            return shortage;
        }
        return Optional.of(
                "its disk has no room for %d MiB more".formatted(Math.ceilDiv(bytesMore, 1 << 20)));
    }
}
