package dev.atoll.naming.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** What a store has on disk: the log of the present generation, begun anew when it is large. */
final class Disk implements Closeable {
    private final Generations generations;
    private final KeySpace keys;
    private final long logBytesMax;
    private Generations.Opened present;

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

    /** Writes records as one frame; when this returns they are durable. */
    void write(List<LogRecord> records) throws IOException {
        present.log().append(LogRecordCodec.encode(records));
        present.log().force();
    }

    /** Begins the next generation when the log is large. */
    void rotateIfLarge() throws IOException {
        long end = present.log().end();
        if (end <= logBytesMax || end <= 2 * present.snapshotBytes()) {
            return;
        }
        FrameLog old = present.log();
        present = generations.begin(present.generation() + 1, keys);
        old.close();
    }

    @Override
    public void close() throws IOException {
        present.log().close();
    }
}
