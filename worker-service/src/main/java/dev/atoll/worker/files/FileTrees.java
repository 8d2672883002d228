package dev.atoll.worker.files;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.job.v1.Directory;
import dev.atoll.proto.job.v1.DirectoryEntry;
import dev.atoll.proto.job.v1.FileEntry;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.SpecWire;
import dev.atoll.worker.blob.BlobCache;
import dev.atoll.worker.blob.ParsedBlobs;
import dev.atoll.worker.blob.PinnedBlob;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Lays out directories of files, which lie in blobs, for tasks. Thread-safe. */
public final class FileTrees {
    /* Files are hard links to the blobs: a directory costs as many links as it has files, however
     * large they are, and two tasks share what is equal. So they are read-only. Who may write to a
     * read-only file all the same, as root may, gets copies: a slip would change the file for every
     * other task. A task that takes the right to write to its own link damages the blob too; the
     * store notices by the file's size and time when it is opened next, and has it fetched again.
     *
     * A tree may name one directory any number of times, and so be larger than all that ever was
     * uploaded; therefore what is laid out is counted. */
    private static final int ENTRIES_MAX = 1_000_000;
    private static final int DEPTH_MAX = 256;
    private static final int NAME_BYTES_MAX = 255;
    private static final int LINK_BYTES_MAX = 4_095;

    private final BlobCache blobs;
    private final ParsedBlobs<Directory> directories;

    public FileTrees(BlobCache blobs) {
        this.blobs = blobs;
        this.directories = new ParsedBlobs<>(blobs, Directory.parser());
    }

    /**
     * Lays out a directory's content. Blocks while blobs are fetched.
     *
     * @param root holds a {@link Directory}
     * @param target an empty directory
     * @throws IOException if a blob cannot be had, or names what cannot be; whatever was laid out
     *     until then stays
     */
    public void layOut(BlobRef root, Path target) throws IOException {
        new Layout().directory(root, target, 0);
    }

    private final class Layout {
        private int entries;

        void directory(BlobRef blob, Path target, int depth) throws IOException {
            if (depth > DEPTH_MAX) {
                throw new IOException(
                        "the files lie more than %d directories deep".formatted(DEPTH_MAX));
            }
            for (DirectoryEntry entry : directories.get(blob).getEntriesList()) {
                entries++;
                if (entries > ENTRIES_MAX) {
                    throw new IOException("there are more than %,d files".formatted(ENTRIES_MAX));
                }
                lay(entry, target.resolve(checkedName(entry)), depth);
            }
        }

        private void lay(DirectoryEntry entry, Path path, int depth) throws IOException {
            switch (entry.getKindCase()) {
                case FILE -> file(entry.getFile(), path);
                case DIRECTORY -> {
                    Files.createDirectory(path);
                    directory(blob(entry.getDirectory()), path, depth + 1);
                }
                case LINK -> Files.createSymbolicLink(path, Path.of(checkedLink(entry)));
                case KIND_NOT_SET ->
                        throw new IOException("%s is nothing".formatted(entry.getName()));
            }
        }

        private void file(FileEntry file, Path path) throws IOException {
            try (PinnedBlob pinned = blobs.open(blob(file.getContent()))) {
                link(file.getExecutable() ? pinned.executable() : pinned.file(), path);
            }
        }
    }

    /**
     * Links; or copies where a link could be written to, or there are no links or no more of them.
     */
    private static void link(Path file, Path path) throws IOException {
        if (Files.isWritable(file)) {
            Files.copy(file, path, StandardCopyOption.COPY_ATTRIBUTES);
            return;
        }
        try {
            Files.createLink(path, file);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException _) {
            Files.copy(file, path, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static BlobRef blob(dev.atoll.proto.job.v1.BlobRef message) throws IOException {
        try {
            return SpecWire.fromProto(message, "blob");
        } catch (MalformedMessageException e) {
            throw new IOException("a directory names no blob: " + e.getMessage(), e);
        }
    }

    private static String checkedName(DirectoryEntry entry) throws IOException {
        String name = entry.getName();
        boolean isName =
                !name.isEmpty()
                        && !name.equals(".")
                        && !name.equals("..")
                        && name.indexOf('/') < 0
                        && name.indexOf('\0') < 0
                        && bytes(name) <= NAME_BYTES_MAX;
        if (!isName) {
            throw new IOException("'%s' cannot be the name of a file".formatted(name));
        }
        return name;
    }

    private static String checkedLink(DirectoryEntry entry) throws IOException {
        String link = entry.getLink();
        if (link.isEmpty() || link.indexOf('\0') >= 0 || bytes(link) > LINK_BYTES_MAX) {
            throw new IOException("%s leads nowhere".formatted(entry.getName()));
        }
        return link;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
