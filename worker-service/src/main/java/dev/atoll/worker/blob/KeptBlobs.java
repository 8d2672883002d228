package dev.atoll.worker.blob;

import dev.atoll.core.model.BlobRef;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Which blobs are kept for files that have names, whatever room others need. Not thread-safe. */
final class KeptBlobs {
    /* A mark on the disk lies beside each of them, so that none is evicted after a restart before the
     * master has said a word. Ages begin anew then: only this machine's monotonic clock counts. */
    private final TreeMap<String, Kept> kept = new TreeMap<>();
    private final Shelves shelves;
    private final LongSupplier nanos;
    private long bytes;

    private record Kept(long size, long sinceNanos) {}

    /**
     * @param nanos the time; see {@link System#nanoTime}
     */
    KeptBlobs(Shelves shelves, LongSupplier nanos) {
        this.shelves = shelves;
        this.nanos = nanos;
    }

    boolean contains(String sha256) {
        return kept.containsKey(sha256);
    }

    /** How many bytes they have together. */
    long bytes() {
        return bytes;
    }

    /** Keeps a blob that is marked already. */
    void found(String sha256, long size) {
        Kept before = kept.put(sha256, new Kept(size, nanos.getAsLong()));
        bytes += before == null ? size : 0;
    }

    /** Keeps a blob; durable once the shelves are synchronized. True if it was not kept before. */
    boolean add(String sha256, long size) throws IOException {
        boolean isNew = !contains(sha256);
        if (isNew) {
            shelves.mark(sha256);
        }
        found(sha256, size);
        return isNew;
    }

    /** Does not keep a blob any more. True if it was kept. */
    boolean remove(String sha256) throws IOException {
        shelves.unmark(sha256);
        Kept before = kept.remove(sha256);
        bytes -= before == null ? 0 : before.size();
        return before != null;
    }

    /** Whether a blob has been kept for so long. */
    boolean isKeptFor(String sha256, Duration age) {
        Kept found = kept.get(sha256);
        return found != null && nanos.getAsLong() - found.sinceNanos() >= age.toNanos();
    }

    /** So many of those after a digest, in order. */
    List<BlobRef> after(String sha256, int max) {
        return kept.tailMap(sha256, false).entrySet().stream()
                .limit(max)
                .map(entry -> new BlobRef(entry.getKey(), entry.getValue().size()))
                .toList();
    }
}
