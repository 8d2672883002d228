package dev.atoll.worker.segment;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/** A directory for what is too large for memory, until it is kept or used up. Thread-safe. */
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
        return new AttemptOutput(this::nextName, limitBytes);
    }

    /** A new file, to be written and read, that is gone as soon as it is closed. */
    public FileChannel file() throws IOException {
        return nameless(nextName());
    }

    private Path nextName() {
        return directory.resolve(Long.toString(names.incrementAndGet()));
    }

    /**
     * A new file without a name: gone as soon as nobody has it open, however the worker ends.
     *
     * @param name it has this for a moment; nothing is there
     */
    static FileChannel nameless(Path name) throws IOException {
        FileChannel opened =
                FileChannel.open(
                        name,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        Files.delete(name);
        return opened;
    }
}
