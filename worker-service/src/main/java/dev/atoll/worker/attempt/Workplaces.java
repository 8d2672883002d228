package dev.atoll.worker.attempt;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
     * Takes a directory over; whatever is in it goes. What a task has left so that it cannot be
     * deleted, such as the files of another user, stays where it is until the next start.
     *
     * @param directory is made if it is not there
     */
    public static Workplaces open(Path directory) throws IOException {
        openUp(Files.createDirectories(directory));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            left.forEach(Workplaces::deleteIfPossible);
        }
        return new Workplaces(directory);
    }

    /** An empty directory that nobody else has. */
    public Path take() throws IOException {
        Path used = clean.poll();
        return used != null ? used : make();
    }

    /** Gives a directory back, with whatever is in it. */
    public void giveBack(Path workplace) {
        try {
            if (isOpen(workplace) && isEmpty(workplace)) {
                clean.add(workplace);
                return;
            }
        } catch (IOException e) {
            LOG.debug("cannot look into {}", workplace, e);
        }
        deleteIfPossible(workplace);
    }

    private Path make() throws IOException {
        while (true) {
            Path next = directory.resolve(Long.toString(made.incrementAndGet()));
            try {
                return Files.createDirectory(next);
            } catch (FileAlreadyExistsException e) {
                LOG.debug("{} is still there", next, e);
            }
        }
    }

    private static void deleteIfPossible(Path workplace) {
        try {
            deleteAll(workplace);
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("cannot clean up {}", workplace, e);
        }
    }

    private static boolean isEmpty(Path workplace) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(workplace)) {
            return !entries.iterator().hasNext();
        }
    }

    /* Not by one walk: a directory must be opened up before it is looked into, and one that holds
     * nothing goes without that. */
    private static void deleteAll(Path root) throws IOException {
        Deque<Path> left = new ArrayDeque<>(List.of(root));
        while (!left.isEmpty()) {
            Path next = left.getLast();
            if (isDeleted(next)) {
                left.removeLast();
            } else {
                openUp(next);
                try (DirectoryStream<Path> entries = Files.newDirectoryStream(next)) {
                    for (Path entry : entries) {
                        if (!isDeleted(entry)) {
                            left.addLast(entry);
                        }
                    }
                }
            }
        }
    }

    /** Whether a path has gone; if not, it is a directory that is not empty. */
    private static boolean isDeleted(Path path) throws IOException {
        try {
            Files.deleteIfExists(path);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }

    /** A task may have taken its own rights away; whoever owns a directory may take them back. */
    private static void openUp(Path entered) {
        File file = entered.toFile();
        if (!isOpen(entered)
                && !(file.setReadable(true)
                        && file.setWritable(true)
                        && file.setExecutable(true))) {
            LOG.debug("cannot open {} up", entered);
        }
    }

    private static boolean isOpen(Path entered) {
        return Files.isReadable(entered)
                && Files.isWritable(entered)
                && Files.isExecutable(entered);
    }
}
