package dev.atoll.worker.files;

import dev.atoll.proto.job.v1.OutputDirectory;
import dev.atoll.proto.job.v1.OutputEntry;
import dev.atoll.proto.job.v1.OutputFile;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/** What a task is to leave in its directory, and how that becomes one stream of bytes. */
public final class LeftFiles {
    /* One walk in the order of names, so that two attempts that leave the same give the same bytes, and
     * nothing is held in memory but the names in the directories on the way. No link is followed: the
     * walk ends, and whatever it finds lies in the task's directory. What the task had started is dead
     * by now, so nothing changes meanwhile. */
    private static final int PIECE_BYTES = 256 << 10;

    private final Path directory;
    private final List<LeftPath> paths;

    private LeftFiles(Path directory, List<LeftPath> paths) {
        this.directory = directory;
        this.paths = List.copyOf(paths);
    }

    /**
     * What one task is to leave.
     *
     * @param declared paths and patterns, as the user wrote them
     * @param expand fills in the task's item
     * @throws NotLeftException if one of them leads elsewhere, or is no pattern, with this item
     */
    public static LeftFiles of(Path directory, List<String> declared, UnaryOperator<String> expand)
            throws NotLeftException {
        List<LeftPath> paths = new ArrayList<>();
        for (String path : declared) {
            paths.add(LeftPath.of(path, expand.apply(path)));
        }
        return new LeftFiles(directory, paths);
    }

    /** Takes the bytes of the stream. */
    public interface Target {
        /**
         * Takes the next bytes.
         *
         * @return whether it wants more
         */
        boolean take(ByteBuffer bytes) throws IOException;
    }

    /**
     * Passes everything on, or as much as is wanted.
     *
     * @return whether that was everything
     * @throws NotLeftException if something is not there, or cannot be kept
     * @throws IOException if the target cannot take it
     */
    public boolean copyTo(Target target) throws IOException {
        if (paths.isEmpty()) {
            return true;
        }
        Walk walk = new Walk(target);
        Path all = Path.of("");
        if (!walk.content(all, walk.meaning(all, null))) {
            return false;
        }
        walk.requireAll();
        return true;
    }

    private final class Walk {
        private final Target target;
        private final boolean[] found = new boolean[paths.size()];
        private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);

        Walk(Target target) {
            this.target = target;
        }

        void requireAll() throws NotLeftException {
            for (int i = 0; i < found.length; i++) {
                if (!found[i]) {
                    throw new NotLeftException("there is no " + paths.get(i).declared());
                }
            }
        }

        /** What means a path: itself, or what it lies in. */
        @Nullable LeftPath meaning(Path path, @Nullable LeftPath around) {
            LeftPath meaning = around;
            for (int i = 0; i < found.length; i++) {
                if (paths.get(i).names(path)) {
                    found[i] = true;
                    meaning = paths.get(i);
                }
            }
            return meaning;
        }

        /** Whether the target wants more after what is in this directory. */
        boolean content(Path path, @Nullable LeftPath meant) throws IOException {
            for (Path name : names(path)) {
                Path next = path.resolve(name);
                LeftPath meaning = meaning(next, meant);
                if (!(meaning == null ? search(next) : entry(next, meaning))) {
                    return false;
                }
            }
            return true;
        }

        /** Something that nobody wants; what is in it, somebody may. */
        private boolean search(Path path) throws IOException {
            boolean isSearched =
                    paths.stream().anyMatch(it -> it.mayLieIn(path))
                            && Files.isDirectory(
                                    directory.resolve(path), LinkOption.NOFOLLOW_LINKS);
            return !isSearched || content(path, null);
        }

        private boolean entry(Path path, LeftPath meaning) throws IOException {
            Path source = directory.resolve(path);
            OutputEntry.Builder entry = OutputEntry.newBuilder().setPath(path.toString());
            PosixFileAttributes attributes =
                    read(
                            meaning,
                            () ->
                                    Files.readAttributes(
                                            source,
                                            PosixFileAttributes.class,
                                            LinkOption.NOFOLLOW_LINKS));
            if (attributes.isDirectory()) {
                entry.setDirectory(OutputDirectory.getDefaultInstance());
                return send(entry) && content(path, meaning);
            }
            if (attributes.isSymbolicLink()) {
                Path to = read(meaning, () -> Files.readSymbolicLink(source));
                return send(entry.setLink(to.toString()));
            }
            if (attributes.isRegularFile()) {
                return file(source, entry, attributes, meaning);
            }
            throw new NotLeftException(
                    "%s is, or has in it, what is neither a file, nor a directory, nor a link"
                            .formatted(meaning.declared()));
        }

        private boolean file(
                Path source,
                OutputEntry.Builder entry,
                PosixFileAttributes attributes,
                LeftPath meaning)
                throws IOException {
            boolean isExecutable =
                    attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
            entry.setFile(
                    OutputFile.newBuilder()
                            .setSizeBytes(attributes.size())
                            .setExecutable(isExecutable));
            try (FileChannel file =
                    read(
                            meaning,
                            () ->
                                    FileChannel.open(
                                            source,
                                            StandardOpenOption.READ,
                                            LinkOption.NOFOLLOW_LINKS))) {
                boolean goesOn = send(entry);
                long left = attributes.size();
                while (goesOn && left > 0) {
                    piece.clear().limit((int) Math.min(piece.capacity(), left));
                    int count = read(meaning, () -> file.read(piece));
                    if (count < 0) {
                        throw new NotLeftException(
                                "%s became shorter while it was read"
                                        .formatted(meaning.declared()));
                    }
                    left -= count;
                    goesOn = target.take(piece.flip());
                }
                return goesOn;
            }
        }

        private boolean send(OutputEntry.Builder entry) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            entry.build().writeDelimitedTo(bytes);
            return target.take(ByteBuffer.wrap(bytes.toByteArray()));
        }

        private List<Path> names(Path path) throws NotLeftException {
            List<Path> names = new ArrayList<>();
            try (DirectoryStream<Path> entries =
                    Files.newDirectoryStream(directory.resolve(path))) {
                entries.forEach(entry -> names.add(entry.getFileName()));
            } catch (IOException | DirectoryIteratorException e) {
                throw new NotLeftException("a directory cannot be read", e);
            }
            Collections.sort(names);
            return names;
        }
    }

    /** Reads something that the task left. */
    private interface Reading<T> {
        T read() throws IOException;
    }

    /* What a task made unreadable is its own fault, not the worker's. */
    private static <T> T read(LeftPath meaning, Reading<T> reading) throws NotLeftException {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new NotLeftException("%s cannot be read".formatted(meaning.declared()), e);
        }
    }
}
