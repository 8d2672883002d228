package dev.atoll.worker.segment;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A directory for outputs that are too large for memory, until they are kept. Thread-safe. */
public final class Spool {
    private final Path directory;
    private final AtomicLong names = new AtomicLong();

    private Spool(Path directory) {
        this.directory = directory;
    }

    /**
     * Takes a directory over. Whatever is in it goes: a worker that died between making a file and
     * taking its name away has left one that the next would be in the way of.
     *
     * @param directory is made if it is not there
     */
    public static Spool open(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
        return new Spool(directory);
    }

    /** Room for what an attempt will write; see {@link AttemptOutput}. */
    public AttemptOutput output(long limitBytes) {
        return new AttemptOutput(
                directory.resolve(Long.toString(names.incrementAndGet())), limitBytes);
    }
}
