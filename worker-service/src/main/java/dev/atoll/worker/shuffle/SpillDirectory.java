package dev.atoll.worker.shuffle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/** A directory for sorted runs that have no room in memory. Thread-safe. */
public final class SpillDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(SpillDirectory.class);

    private final Path directory;
    private final AtomicLong names = new AtomicLong();

    private SpillDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * Takes a directory over; whatever is in it goes.
     *
     * @param directory is made if it is not there
     */
    public static SpillDirectory open(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
        return new SpillDirectory(directory);
    }

    /** Writes everything that a cursor comes to into a run of its own. */
    public Spill spill(RecordCursor records) throws IOException {
        Path name = directory.resolve(Long.toString(names.incrementAndGet()));
        FileChannel file =
                FileChannel.open(
                        name,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        // Without a name it is gone as soon as nobody has it open, however the worker ends.
        Files.delete(name);
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
