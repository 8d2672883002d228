package dev.atoll.worker.blob;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Blobs that somebody has uploaded or counts on, and nothing has read since. Not thread-safe. */
final class UnreadUploads {
    /* All blobs of a job come before its first task starts. Were those that were not used for
     * longest forgotten meanwhile, a job that is larger than the room would lose its first blobs to
     * its last. A job that is never submitted, or ends before its tasks read, must not keep the room
     * for ever. */
    static final Duration AGE_MAX = Duration.ofHours(1);

    private final Map<String, Upload> uploads = new LinkedHashMap<>();
    private final LongSupplier nanos;
    private long bytes;

    private record Upload(long size, long sinceNanos) {}

    /**
     * @param nanos the time; see {@link System#nanoTime}
     */
    UnreadUploads(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Somebody will want a blob. */
    void add(String sha256, long size) {
        remove(sha256);
        uploads.put(sha256, new Upload(size, nanos.getAsLong()));
        bytes += size;
    }

    /** A blob was read, or is not here any more. */
    void remove(String sha256) {
        Upload known = uploads.remove(sha256);
        if (known != null) {
            bytes -= known.size();
        }
    }

    boolean contains(String sha256) {
        forgetOld();
        return uploads.containsKey(sha256);
    }

    /** How many bytes they have together. */
    long bytes() {
        forgetOld();
        return bytes;
    }

    private void forgetOld() {
        Iterator<Upload> eldest = uploads.values().iterator();
        while (eldest.hasNext()) {
            Upload upload = eldest.next();
            if (nanos.getAsLong() - upload.sinceNanos() < AGE_MAX.toNanos()) {
                return;
            }
            bytes -= upload.size();
            eldest.remove();
        }
    }
}
