package dev.atoll.worker.state;

import dev.atoll.core.model.WorkerId;
import dev.atoll.runtime.program.PrivateDirectory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** Where a worker keeps everything, and who it is. One process has it at a time. */
public final class StateDirectory implements AutoCloseable {
    private static final int TOKEN_BYTES = 12;
    private static final int ID_BYTES = 4;

    private final Path root;
    private final FileChannel lockFile;
    private final WorkerId worker;
    private final long incarnation;
    private final String token;

    private StateDirectory(
            Path root, FileChannel lockFile, WorkerId worker, long incarnation, String token) {
        this.root = root;
        this.lockFile = lockFile;
        this.worker = worker;
        this.incarnation = incarnation;
        this.token = token;
    }

    /**
     * Takes a directory.
     *
     * @param root is made if it is not there; nobody else may enter it
     * @param id who the worker is; empty: whoever it was before, or somebody new
     * @throws IOException if another process has it, or the disk fails
     */
    public static StateDirectory open(Path root, Optional<WorkerId> id) throws IOException {
        PrivateDirectory.open(root);
        FileChannel lockFile =
                FileChannel.open(
                        root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            lock(lockFile, root);
            WorkerId worker =
                    id.isPresent()
                            ? id.get()
                            : new WorkerId(kept(root.resolve("worker-id"), "w-" + hex(ID_BYTES)));
            String token = kept(root.resolve("guard-token"), hex(TOKEN_BYTES));
            return new StateDirectory(root, lockFile, worker, nextIncarnation(root), token);
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    /** Who the worker is. */
    public WorkerId worker() {
        return worker;
    }

    /** Grows with each start. */
    public long incarnation() {
        return incarnation;
    }

    /** How the markers of all launches of this directory's workers start. */
    public String markerPrefix() {
        return token + ".";
    }

    /** How the markers of this process's launches start. */
    public String incarnationMarkerPrefix() {
        return markerPrefix() + incarnation + ".";
    }

    /** A part of the directory. */
    public Path part(String name) {
        return root.resolve(name);
    }

    /** Free bytes on its disk; 0 if that cannot be known. */
    public long bytesFree() {
        return root.toFile().getUsableSpace();
    }

    /** Gives the directory free. */
    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    private static void lock(FileChannel lockFile, Path root) throws IOException {
        FileLock lock;
        try {
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new IOException("another worker of this process has " + root, e);
        }
        if (lock == null) {
            throw new IOException("another worker has " + root);
        }
    }

    /* The clock only helps a directory that was lost: the number must exceed that of the worker of
     * the same id that ran on it before. */
    private static long nextIncarnation(Path root) throws IOException {
        Path file = root.resolve("incarnation");
        long before = Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
        long next = Math.max(before + 1, System.currentTimeMillis());
        replace(file, Long.toString(next));
        return next;
    }

    private static String kept(Path file, String whenAbsent) throws IOException {
        if (!Files.exists(file)) {
            replace(file, whenAbsent);
        }
        return Files.readString(file).strip();
    }

    private static void replace(Path file, String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel channel =
                FileChannel.open(
                        next,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String hex(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
