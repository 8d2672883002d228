package dev.atoll.client;

import dev.atoll.proto.job.v1.OutputEntry;
import dev.atoll.proto.job.v1.OutputFile;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where the files of many tasks come down: all of them, or none. For one thread. */
final class FilesLanding implements AutoCloseable {
    /* What comes is written to files with numbers for names, in a directory of its own beside the
     * places where they will be. Once everything is there, it is held against what lies in those
     * places, and only then is it moved there. The names come from tasks, so none is used before it is
     * checked, and no link is gone through: not one that a task left, and not one that was there. */
    private static final int PIECE_BYTES = 64 << 10;
    private static final int PATH_BYTES_MAX = 4_096;
    private static final Set<PosixFilePermission> PLAIN =
            PosixFilePermissions.fromString("rw-rw-rw-");
    private static final Set<PosixFilePermission> EXECUTABLE =
            PosixFilePermissions.fromString("rwxrwxrwx");

    private final Path directory;
    private final Path arrivals;
    private final boolean replace;
    private final Map<String, Landed> landed = new LinkedHashMap<>();
    private final byte[] piece = new byte[PIECE_BYTES];
    private int fileCount;

    /** Something that a task left. */
    private record Landed(String task, Kind kind) {}

    private sealed interface Kind {
        record File(Path arrived) implements Kind {}

        record Link(String target) implements Kind {}

        record Directory() implements Kind {}
    }

    /**
     * @param directory where everything goes; made if it is not there
     * @param replace whether files that are there give way
     */
    FilesLanding(Path directory, boolean replace) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.arrivals = Files.createTempDirectory(directory, ".atoll-");
        this.replace = replace;
    }

    /**
     * Takes what one task left.
     *
     * @param task for messages
     * @throws FileSystemException if another task has left the same
     * @throws IOException if it cannot be written
     */
    void take(String task, InputStream stream) throws IOException {
        OutputEntry entry = OutputEntry.parseDelimitedFrom(stream);
        while (entry != null) {
            List<String> names = checked(entry.getPath());
            for (int i = 1; i < names.size(); i++) {
                add(String.join("/", names.subList(0, i)), task, new Kind.Directory());
            }
            String path = String.join("/", names);
            switch (entry.getKindCase()) {
                case FILE -> {
                    Path arrived = arrivals.resolve(Integer.toString(fileCount++));
                    add(path, task, new Kind.File(arrived));
                    write(arrived, entry.getFile(), stream);
                }
                case LINK -> add(path, task, new Kind.Link(entry.getLink()));
                case DIRECTORY -> add(path, task, new Kind.Directory());
                case KIND_NOT_SET -> throw new FileSystemException(path, null, "is nothing");
            }
            entry = OutputEntry.parseDelimitedFrom(stream);
        }
    }

    /**
     * Puts everything where it belongs.
     *
     * @return how many files and links
     * @throws FileAlreadyExistsException if something is there; then nothing was put anywhere
     */
    int land() throws IOException {
        List<Map.Entry<String, Landed>> toMove = new ArrayList<>();
        for (Map.Entry<String, Landed> entry : landed.entrySet()) {
            if (!isThere(entry.getKey(), entry.getValue().kind())) {
                toMove.add(entry);
            }
        }
        for (Map.Entry<String, Landed> entry : toMove) {
            put(directory.resolve(entry.getKey()), entry.getValue().kind());
        }
        return (int)
                landed.values().stream()
                        .filter(it -> !(it.kind() instanceof Kind.Directory))
                        .count();
    }

    /** Removes whatever has not been put anywhere. */
    @Override
    public void close() throws IOException {
        for (int i = 0; i < fileCount; i++) {
            Files.deleteIfExists(arrivals.resolve(Integer.toString(i)));
        }
        Files.deleteIfExists(arrivals);
    }

    private void add(String path, String task, Kind kind) throws FileSystemException {
        Landed before = landed.putIfAbsent(path, new Landed(task, kind));
        boolean isShared =
                before == null
                        || (before.kind() instanceof Kind.Directory
                                && kind instanceof Kind.Directory);
        if (!isShared) {
            throw new FileSystemException(
                    path, null, "was left by %s and by %s".formatted(before.task(), task));
        }
    }

    private void write(Path arrived, OutputFile file, InputStream stream) throws IOException {
        try (OutputStream out = create(arrived, file.getExecutable())) {
            long left = file.getSizeBytes();
            while (left > 0) {
                int count = stream.read(piece, 0, (int) Math.min(piece.length, left));
                if (count < 0) {
                    throw new EOFException("a file came without its end");
                }
                out.write(piece, 0, count);
                left -= count;
            }
        }
    }

    /* The rights are cut down as the user's own umask says. */
    private static OutputStream create(Path file, boolean executable) throws IOException {
        Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            return Channels.newOutputStream(
                    Files.newByteChannel(
                            file,
                            options,
                            PosixFilePermissions.asFileAttribute(executable ? EXECUTABLE : PLAIN)));
        } catch (UnsupportedOperationException _) {
            return Channels.newOutputStream(Files.newByteChannel(file, options));
        }
    }

    /** Whether it is there already, just as it came. */
    private boolean isThere(String path, Kind kind) throws IOException {
        Path place = directory.resolve(path);
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        boolean isDirectory = Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
        if (kind instanceof Kind.Directory) {
            if (isDirectory) {
                return true;
            }
            throw new FileSystemException(path, null, "is there and is no directory");
        }
        if (isDirectory) {
            throw new FileSystemException(path, null, "is there and is a directory");
        }
        if (isSame(place, kind)) {
            return true;
        }
        if (!replace) {
            throw new FileAlreadyExistsException(path, null, "is there already");
        }
        return false;
    }

    private static boolean isSame(Path place, Kind kind) throws IOException {
        return switch (kind) {
            case Kind.File(Path arrived) ->
                    Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)
                            && Files.isExecutable(place) == Files.isExecutable(arrived)
                            && Files.isReadable(place)
                            && Files.mismatch(place, arrived) < 0;
            case Kind.Link(String target) ->
                    Files.isSymbolicLink(place)
                            && Files.readSymbolicLink(place).toString().equals(target);
            case Kind.Directory() -> true;
        };
    }

    private void put(Path place, Kind kind) throws IOException {
        switch (kind) {
            case Kind.Directory() -> Files.createDirectory(place);
            case Kind.File(Path arrived) -> move(arrived, place);
            case Kind.Link(String target) -> {
                Path arrived = arrivals.resolve(Integer.toString(fileCount++));
                move(Files.createSymbolicLink(arrived, Path.of(target)), place);
            }
        }
    }

    private void move(Path arrived, Path place) throws IOException {
        if (replace) {
            Files.move(arrived, place, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.move(arrived, place);
        }
    }

    private static List<String> checked(String path) throws FileSystemException {
        List<String> names = List.of(path.split("/", -1));
        boolean leadsDown =
                path.length() <= PATH_BYTES_MAX
                        && path.indexOf('\0') < 0
                        && names.stream()
                                .noneMatch(it -> it.isEmpty() || it.equals(".") || it.equals(".."));
        if (!leadsDown) {
            throw new FileSystemException(path, null, "does not lead down from the directory");
        }
        return names;
    }
}
