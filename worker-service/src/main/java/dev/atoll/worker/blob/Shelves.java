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
import java.util.stream.Stream;

/** Where blobs lie on the disk: in directories by the first digits of their digests. */
final class Shelves {
    /** Of a file that can be executed. */
    static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("r-xr-xr-x");

    private static final Set<PosixFilePermission> READABLE =
            PosixFilePermissions.fromString("r--r--r--");
    private static final int PREFIX_DIGITS = 2;
    private static final String TWIN = ".executable";

    private final Path directory;

    Shelves(Path directory) {
        this.directory = directory;
    }

    /** A blob that lies here. */
    record Found(String sha256, long size, FileTime used) {}

    /** The file of a blob. */
    Path file(String sha256) {
        return shelf(sha256).resolve(sha256);
    }

    /** The edition of a blob's file that can be executed. */
    static Path twin(Path file) {
        return file.resolveSibling(file.getFileName() + TWIN);
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
     * nobody knows whether they are whole, go.
     */
    List<Found> load() throws IOException {
        try (Stream<Path> files = Files.walk(directory, 2)) {
            for (Path twin : files.filter(Shelves::isTwin).toList()) {
                Files.delete(twin);
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
                    file.getFileName().toString(), attributes.size(), attributes.lastAccessTime());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isTwin(Path file) {
        return file.getFileName().toString().endsWith(TWIN);
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
