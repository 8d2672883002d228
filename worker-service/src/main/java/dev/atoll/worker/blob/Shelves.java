package dev.atoll.worker.blob;

import dev.atoll.core.model.BlobRef;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Where blobs lie on the disk: in directories by the first digits of their digests. */
final class Shelves {
    /** Of a file that can be executed. */
    static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("r-xr-xr-x");

    private static final Set<PosixFilePermission> READABLE =
            PosixFilePermissions.fromString("r--r--r--");
    private static final int PREFIX_DIGITS = 2;
    private static final String TWIN = ".executable";
    private static final String MARK = ".kept";

    private final Path directory;

    Shelves(Path directory) {
        this.directory = directory;
    }

    /** A blob that lies here. */
    record Found(String sha256, long size, FileTime used, boolean isKept) {}

    /** The file of a blob. */
    Path file(String sha256) {
        return shelf(sha256).resolve(sha256);
    }

    /** The edition of a blob's file that can be executed. */
    static Path twin(Path file) {
        return file.resolveSibling(file.getFileName() + TWIN);
    }

    /** Marks a blob as one to keep; durable once its shelf is synchronized. */
    void mark(String sha256) throws IOException {
        Path mark = markOf(file(sha256));
        if (!Files.exists(mark)) {
            Files.createFile(mark);
        }
    }

    /** Takes the mark from a blob. */
    void unmark(String sha256) throws IOException {
        Files.deleteIfExists(markOf(file(sha256)));
    }

    /** Makes durable which of these blobs are marked. */
    void syncMarks(List<String> sha256s) throws IOException {
        for (Path shelf : new TreeSet<>(sha256s.stream().map(this::shelf).toList())) {
            sync(shelf);
        }
    }

    private static Path markOf(Path file) {
        return file.resolveSibling(file.getFileName() + MARK);
    }

    /** Deletes a blob, in all its editions. */
    void delete(String sha256) throws IOException {
        Path file = file(sha256);
        Files.deleteIfExists(file);
        Files.deleteIfExists(twin(file));
    }

    /** Puts a complete file where it belongs, durably, and says where that is. */
    Path put(String sha256, Path complete) throws IOException {
        Path target = file(sha256);
        Path shelf = shelf(sha256);
        if (!Files.isDirectory(shelf)) {
            Files.createDirectories(shelf);
            sync(directory);
        }
        Files.setPosixFilePermissions(complete, READABLE);
        Files.move(
                complete,
                target,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        sync(shelf);
        return target;
    }

    /**
     * Every blob that is here; first those that were not used for longest. Other editions, of which
     * nobody knows whether they are whole, go, and marks of blobs that are gone.
     */
    List<Found> load() throws IOException {
        try (Stream<Path> files = Files.walk(directory, 2)) {
            for (Path file : files.filter(Shelves::isLeftOver).toList()) {
                Files.delete(file);
            }
        }
        try (Stream<Path> files = Files.walk(directory, 2)) {
            return files.filter(file -> isDigest(file.getFileName().toString()))
                    .map(Shelves::found)
                    .sorted(Comparator.comparing(Found::used))
                    .toList();
        } catch (UncheckedIOException e) {
            throw new IOException("cannot read " + directory, e);
        }
    }

    private static Found found(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Found(
                    file.getFileName().toString(),
                    attributes.size(),
                    attributes.lastAccessTime(),
                    Files.exists(markOf(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isLeftOver(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(TWIN)
                || (name.endsWith(MARK)
                        && !Files.exists(
                                file.resolveSibling(
                                        name.substring(0, name.length() - MARK.length()))));
    }

    private static boolean isDigest(String name) {
        return name.length() == BlobRef.DIGITS
                && name.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }

    private Path shelf(String sha256) {
        return directory.resolve(sha256.substring(0, PREFIX_DIGITS));
    }

    private static void sync(Path changed) throws IOException {
        try (FileChannel channel = FileChannel.open(changed, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
