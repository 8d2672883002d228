package dev.atoll.naming.store.file;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** What a store has on disk: the log of the present generation, begun anew when it is large. */
final class Disk implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);

    private final Generations generations;
    private final KeySpace keys;
    private final long logBytesMax;
    private Generations.Opened present;

    /** A log that is not longer is not replaced: when that was tried last there was no room. */
    private long rotateAboveBytes;

    /**
     * Goes on with a generation.
     *
     * @param logBytesMax a log that is longer, and longer than twice its snapshot, is replaced by a
     *     snapshot; the second bound keeps the cost per write constant when the state is large
     */
    Disk(Generations generations, Generations.Opened present, long logBytesMax) {
        this.generations = generations;
        this.present = present;
        this.keys = present.keys();
        this.logBytesMax = logBytesMax;
    }

    /**
     * Writes records as one frame; when this returns they are durable.
     *
     * @throws DiskFullException when there is no room; nothing of them is left
     */
    void write(List<LogRecord> records) throws IOException {
        FrameLog log = present.log();
        long start = log.end();
        try {
            log.append(LogRecordCodec.encode(records));
            log.force();
        } catch (IOException e) {
            if (!DiskFullException.isFull(e)) {
                throw e;
            }
            // Each frame is forced by itself, so whatever was lost with this error is of this one.
            log.cutBack(start);
            throw new DiskFullException(e);
        }
    }

    /** Begins the next generation when the log is large. */
    void rotateIfLarge() throws IOException {
        long end = present.log().end();
        if (end <= Math.max(logBytesMax, rotateAboveBytes) || end <= 2 * present.snapshotBytes()) {
            return;
        }
        FrameLog old = present.log();
        try {
            present = generations.begin(present.generation() + 1, keys);
        } catch (IOException e) {
            if (!DiskFullException.isFull(e) || !generations.giveUp(present.generation() + 1)) {
                throw e;
            }
            LOG.warn("there is no room for a snapshot, so the log goes on: {}", e.getMessage());
            rotateAboveBytes = end + logBytesMax / 8;
            return;
        }
        old.close();
    }

    @Override
    public void close() throws IOException {
        present.log().close();
    }
}
