package dev.atoll.cli;

import dev.atoll.cli.shell.CommandException;
import dev.atoll.client.OutputChunk;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.function.Consumer;

/** Where results go. */
sealed interface ResultTarget extends AutoCloseable {
    /** Takes the next chunk. */
    void write(OutputChunk chunk) throws IOException;

    /** Everything has been written and the job succeeded. */
    void complete() throws IOException;

    @Override
    void close() throws IOException;

    /**
     * Looks whether the target that a user named can be written, before there is a job for it.
     *
     * @throws CommandException when nothing can be written there
     */
    static void check(String name) throws IOException {
        named(name).close();
    }

    /**
     * The target that a user named: a directory if it is one or ends in '/', else a file. What is
     * there and is no file, such as a device or a pipe, is written to; a link is followed.
     *
     * @throws CommandException when nothing can be written there
     */
    static ResultTarget named(String name) throws IOException {
        try {
            return open(name);
        } catch (AccessDeniedException e) {
            throw CommandException.usage(name + ": there is no right to write there");
        }
    }

    private static ResultTarget open(String name) throws IOException {
        Path path = Path.of(name);
        if (name.endsWith("/") || Files.isDirectory(path)) {
            Files.createDirectories(path);
            return new Directory(path);
        }
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw CommandException.usage(name + ": the directory does not exist");
        }
        if (!Files.exists(path)) {
            return new WholeFile(path);
        }
        Path real = path.toRealPath();
        return Files.isRegularFile(real) ? new WholeFile(real) : new Special(real);
    }

    /** Every chunk goes to one place, as it comes. */
    record Stream(Consumer<ByteBuffer> sink) implements ResultTarget {
        @Override
        public void write(OutputChunk chunk) {
            sink.accept(chunk.data());
        }

        @Override
        public void complete() {}

        @Override
        public void close() {}
    }

    /** Nobody wants them. */
    record Nowhere() implements ResultTarget {
        @Override
        public void write(OutputChunk chunk) {}

        @Override
        public void complete() {}

        @Override
        public void close() {}
    }

    /** Something that is no file, such as a device or a pipe: it is written as it comes. */
    final class Special implements ResultTarget {
        private final Path path;
        private @Nullable FileChannel channel;

        Special(Path path) {
            this.path = path;
        }

        /* Opened late: opening a pipe waits for its reader. */
        @Override
        public void write(OutputChunk chunk) throws IOException {
            FileChannel open = channel;
            if (open == null) {
                open = FileChannel.open(path, StandardOpenOption.WRITE);
                channel = open;
            }
            ByteBuffer data = chunk.data();
            while (data.hasRemaining()) {
                open.write(data);
            }
        }

        @Override
        public void complete() {}

        @Override
        public void close() throws IOException {
            if (channel != null) {
                channel.close();
            }
        }
    }

    /** One file, which has its name only when it is complete. */
    final class WholeFile implements ResultTarget {
        private final Path file;
        private final Path temporary;
        private final FileChannel channel;

        WholeFile(Path file) throws IOException {
            this.file = file;
            this.temporary =
                    file.resolveSibling(
                            "." + file.getFileName() + "." + ProcessHandle.current().pid());
            this.channel =
                    FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
        }

        @Override
        public void write(OutputChunk chunk) throws IOException {
            ByteBuffer data = chunk.data();
            while (data.hasRemaining()) {
                channel.write(data);
            }
        }

        @Override
        public void complete() throws IOException {
            channel.force(true);
            if (Files.exists(file)) {
                Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(file));
            }
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(temporary);
        }
    }

    /** One file for each task, named by its index, which has its name only when it is complete. */
    final class Directory implements ResultTarget {
        private final Path directory;
        private @Nullable WholeFile open;
        private int openIndex = -1;

        Directory(Path directory) {
            this.directory = directory;
        }

        @Override
        public void write(OutputChunk chunk) throws IOException {
            WholeFile file = open;
            if (file == null || openIndex != chunk.index()) {
                close();
                file =
                        new WholeFile(
                                directory.resolve(
                                        String.format(Locale.ROOT, "%08d", chunk.index())));
                open = file;
                openIndex = chunk.index();
            }
            file.write(chunk);
            if (chunk.last()) {
                file.complete();
                close();
            }
        }

        @Override
        public void complete() {}

        @Override
        public void close() throws IOException {
            if (open != null) {
                open.close();
                open = null;
            }
        }
    }
}
