package dev.atoll.worker.shuffle;

import dev.atoll.worker.segment.Spool;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A directory for sorted runs that have no room in memory. Thread-safe. */
public final class SpillDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(SpillDirectory.class);

    private final Spool spool;

    private SpillDirectory(Spool spool) {
        this.spool = spool;
    }

    /**
     * Takes a directory over; whatever is in it goes.
     *
     * @param directory is made if it is not there
     */
    public static SpillDirectory open(Path directory) throws IOException {
        return new SpillDirectory(Spool.open(directory));
    }

    /** Writes everything that a cursor comes to into a run of its own. */
    public Spill spill(RecordCursor records) throws IOException {
        FileChannel file = spool.file();
        try (RunWriter writer = new RunWriter(bytes -> write(file, bytes))) {
            writer.addAll(records);
            writer.end();
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
        return new Spill(file, file.position());
    }

    private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** A run in a file that has no name. */
    public static final class Spill implements RunSource, AutoCloseable {
        private final FileChannel file;
        private final long length;

        private Spill(FileChannel file, long length) {
            this.file = file;
            this.length = length;
        }

        /** Goes through all of it. */
        public RecordCursor records() throws IOException {
            return new RunCursor(RunIndex.of(this), new RunPart.All());
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void read(long position, ByteBuffer into) throws IOException {
            long at = position;
            while (into.hasRemaining()) {
                int count = file.read(into, at);
                if (count < 0) {
                    throw damaged("a spilled run has lost its end");
                }
                at += count;
            }
        }

        @Override
        public IOException damaged(String detail) {
            return new IOException("the disk gives back something else: " + detail);
        }

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("cannot close a spilled run", e);
            }
        }
    }
}
