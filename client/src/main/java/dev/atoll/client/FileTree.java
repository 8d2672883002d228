package dev.atoll.client;

import com.google.protobuf.MessageLite;

import dev.atoll.core.model.BlobRef;
import dev.atoll.proto.job.v1.Directory;
import dev.atoll.proto.job.v1.DirectoryEntry;
import dev.atoll.proto.job.v1.FileEntry;
import dev.atoll.runtime.wire.SpecWire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Files that travel with a job: what its tasks find in their fresh directories. Only names are kept
 * in memory, and only what the cluster lacks is sent.
 */
public final class FileTree {
    private static final int DIRECTORY_BYTES_MAX = 8 << 20;
    private static final Comparator<String> BYTE_ORDER =
            (a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b));

    private final Node.Tree root;

    /** Something in a directory. */
    private sealed interface Node {
        record Plain(Path source) implements Node {}

        record Link(String target) implements Node {}

        record Tree(NavigableMap<String, Node> entries) implements Node {
            Tree() {
                this(new TreeMap<>(BYTE_ORDER));
            }
        }
    }

    /** Says what of a directory travels. */
    @FunctionalInterface
    public interface Filter {
        /** Everything. */
        Filter ALL = (_, _) -> true;

        /**
         * Whether something travels; of a directory that does not, nothing does.
         *
         * @param name where it is in the directory, with "/" between the parts
         * @param isDirectory a symbolic link is none, wherever it leads
         */
        boolean includes(String name, boolean isDirectory) throws IOException;
    }

    private FileTree(Node.Tree root) {
        this.root = root;
    }

    /** Begins a tree without files. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what is in a tree. */
    public static final class Builder {
        private final Node.Tree root = new Node.Tree();

        private Builder() {}

        /**
         * Adds a file, or a directory with everything in it.
         *
         * @param source symbolic links to it are followed
         * @param name what tasks know it by: a relative path; "" or ".": what is in the directory
         *     goes into the tasks' own
         * @throws FileAlreadyExistsException if something else has that name
         * @throws FileSystemException if something is neither a file nor a directory nor a symbolic
         *     link, or cannot be read
         */
        public Builder add(Path source, String name, Filter filter) throws IOException {
            Path path = Path.of(name).normalize();
            if (path.isAbsolute() || path.startsWith("..")) {
                throw new FileSystemException(
                        name, null, "a name in the tasks' directory is relative and has no \"..\"");
            }
            if (path.toString().isEmpty() && !Files.isDirectory(source)) {
                throw new FileSystemException(source.toString(), null, "is not a directory");
            }
            put(source.toRealPath(), path, filter);
            return this;
        }

        private void put(Path source, Path path, Filter filter) throws IOException {
            Node.Tree parent = root;
            int last = path.getNameCount() - 1;
            for (int i = 0; i < last; i++) {
                parent = subtree(parent, path.getName(i).toString(), path.subpath(0, i + 1));
            }
            String name = path.getName(last).toString();
            if (Files.isDirectory(source)) {
                Node.Tree into = name.isEmpty() ? parent : subtree(parent, name, path);
                addAll(source, source, into, path, filter);
            } else {
                put(parent, name, node(source), path);
            }
        }

        private static void addAll(Path root, Path source, Node.Tree into, Path path, Filter filter)
                throws IOException {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(source)) {
                for (Path entry : entries) {
                    boolean isDirectory = Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
                    String inRoot = slashed(root.relativize(entry));
                    if (!filter.includes(inRoot, isDirectory)) {
                        continue;
                    }
                    String name = entry.getFileName().toString();
                    Path inTree = path.resolve(name);
                    if (isDirectory) {
                        addAll(root, entry, subtree(into, name, inTree), inTree, filter);
                    } else {
                        put(into, name, node(entry), inTree);
                    }
                }
            }
        }

        private static Node node(Path path) throws IOException {
            if (Files.isSymbolicLink(path)) {
                return new Node.Link(Files.readSymbolicLink(path).toString());
            }
            if (!Files.isRegularFile(path)) {
                throw new FileSystemException(
                        path.toString(), null, "is neither a file nor a directory");
            }
            if (!Files.isReadable(path)) {
                throw new FileSystemException(path.toString(), null, "permission denied");
            }
            return new Node.Plain(path);
        }

        private static Node.Tree subtree(Node.Tree parent, String name, Path path)
                throws FileAlreadyExistsException {
            Node there = parent.entries().computeIfAbsent(name, _ -> new Node.Tree());
            if (there instanceof Node.Tree tree) {
                return tree;
            }
            throw taken(path);
        }

        private static void put(Node.Tree parent, String name, Node node, Path path)
                throws FileAlreadyExistsException {
            Node before = parent.entries().putIfAbsent(name, node);
            if (before != null && !before.equals(node)) {
                throw taken(path);
            }
        }

        private static FileAlreadyExistsException taken(Path path) {
            return new FileAlreadyExistsException(
                    slashed(path), null, "two different files have this name");
        }

        private static String slashed(Path path) {
            List<String> parts = new ArrayList<>();
            path.forEach(part -> parts.add(part.toString()));
            return String.join("/", parts);
        }

        /** The tree. */
        public FileTree build() {
            return new FileTree(root);
        }
    }

    /**
     * Uploads what the cluster lacks.
     *
     * @return the name of the whole
     * @throws IOException when a file could not be read, or has changed meanwhile
     * @throws AtollException when the cluster could not take one
     */
    BlobRef upload(Uploads uploads) throws IOException, InterruptedException {
        Map<BlobRef, BlobSource> blobs = new LinkedHashMap<>();
        BlobRef name = name(root, "", blobs);
        uploads.addMissing(blobs);
        return name;
    }

    /** Names a directory and everything in it, files first. */
    private static BlobRef name(Node.Tree tree, String path, Map<BlobRef, BlobSource> blobs)
            throws IOException {
        Directory.Builder directory = Directory.newBuilder();
        for (Map.Entry<String, Node> entry : tree.entries().entrySet()) {
            DirectoryEntry.Builder message = DirectoryEntry.newBuilder().setName(entry.getKey());
            switch (entry.getValue()) {
                case Node.Tree below -> {
                    BlobRef ref = name(below, path + entry.getKey() + "/", blobs);
                    message.setDirectory(SpecWire.toProto(ref));
                }
                case Node.Plain(Path source) ->
                        message.setFile(
                                FileEntry.newBuilder()
                                        .setContent(
                                                SpecWire.toProto(
                                                        name(BlobSource.file(source), blobs)))
                                        .setExecutable(isExecutable(source)));
                case Node.Link(String target) -> message.setLink(target);
            }
            directory.addEntries(message);
        }
        BlobSource source = new BlobSource.Bytes(bytes(directory.build(), path));
        return name(source, blobs);
    }

    private static BlobRef name(BlobSource source, Map<BlobRef, BlobSource> blobs)
            throws IOException {
        BlobRef ref = BlobClient.name(source);
        blobs.put(ref, source);
        return ref;
    }

    private static byte[] bytes(MessageLite directory, String path) throws IOException {
        byte[] bytes = directory.toByteArray();
        if (bytes.length > DIRECTORY_BYTES_MAX) {
            throw new FileSystemException(
                    path.isEmpty() ? "." : path, null, "too many files in one directory");
        }
        return bytes;
    }

    private static boolean isExecutable(Path file) throws IOException {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
        } catch (UnsupportedOperationException _) {
            return Files.isExecutable(file);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
