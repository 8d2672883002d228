package dev.atoll.worker.attempt;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Fresh, empty directories for attempts. One in which nothing was written is used again. */
public final class Workplaces {
    private static final Logger LOG = LoggerFactory.getLogger(Workplaces.class);

    private final Path directory;
    private final AtomicLong made = new AtomicLong();
    private final Queue<Path> clean = new ConcurrentLinkedQueue<>();

    private Workplaces(Path directory) {
        this.directory = directory;
    }

    /**
     * Takes a directory over; whatever is in it goes.
     *
     * @param directory is made if it is not there
     */
    public static Workplaces open(Path directory) throws IOException {
        deleteAll(directory);
        return new Workplaces(Files.createDirectories(directory));
    }

    /** An empty directory that nobody else has. */
    public Path take() throws IOException {
        Path used = clean.poll();
        return used != null
                ? used
                : Files.createDirectory(directory.resolve(Long.toString(made.incrementAndGet())));
    }

    /** Gives a directory back, with whatever is in it. */
    public void giveBack(Path workplace) {
        try {
            if (Files.isWritable(workplace) && isEmpty(workplace)) {
                clean.add(workplace);
            } else {
                deleteAll(workplace);
            }
        } catch (IOException e) {
            LOG.warn("cannot clean up {}", workplace, e);
        }
    }

    private static boolean isEmpty(Path workplace) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(workplace)) {
            return !entries.iterator().hasNext();
        }
    }

    /** Deletes a directory with everything in it, as far as the task has not locked it away. */
    private static void deleteAll(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path entered, BasicFileAttributes attributes) {
                        // A task may have taken its own rights away; its owner may take them back.
                        if (!Files.isWritable(entered) && !entered.toFile().setWritable(true)) {
                            LOG.debug("cannot write in {}", entered);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path left, @Nullable IOException failure) throws IOException {
                        Files.delete(left);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
