package dev.atoll.worker.attempt;

import dev.atoll.core.model.SharedPart;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Parts of files that this worker sees under the same path as whoever submitted. */
final class SharedInput {
    /* Records were cut in the file as the submitter saw it. If the one here is another, parts of it mean
     * nothing, so it is compared first; and once more behind, as nothing holds it while it is read. Times
     * are compared to the millisecond: not all systems keep more. */
    private static final int BUFFER_BYTES = 256 << 10;

    private final SharedPart part;
    private final Path path;

    private SharedInput(SharedPart part) {
        this.part = part;
        this.path = Path.of(part.path());
    }

    /**
     * What is to be fed.
     *
     * @throws IOException if this worker does not see the file, or another one
     */
    static FedInput of(SharedPart part) throws IOException {
        SharedInput input;
        try {
            input = new SharedInput(part);
        } catch (InvalidPathException e) {
            throw new IOException("this worker has no such paths: " + e.getMessage(), e);
        }
        input.check();
        return new FedInput("the shared file", input::read);
    }

    private void check() throws IOException {
        BasicFileAttributes here;
        try {
            here = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new IOException(path + " is not there on this worker", e);
        }
        if (!here.isRegularFile()) {
            throw new IOException(path + " is no file on this worker");
        }
        boolean isSame =
                here.size() == part.fileBytes()
                        && here.lastModifiedTime().toMillis() == part.modified().toEpochMilli();
        if (!isSame) {
            throw new IOException(
                    "%s is not the same on this worker: %,d bytes of %s, and not %,d of %s"
                            .formatted(
                                    path,
                                    here.size(),
                                    here.lastModifiedTime().toInstant(),
                                    part.fileBytes(),
                                    part.modified()));
        }
    }

    private void read(GatherSource.Receiver receiver) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            long at = part.offset();
            long end = at + part.sizeBytes();
            while (at < end) {
                buffer.clear().limit((int) Math.min(BUFFER_BYTES, end - at));
                int count = channel.read(buffer, at);
                if (count < 0) {
                    throw new EOFException(path + " has become shorter");
                }
                at += count;
                receiver.accept(buffer.flip());
            }
        }
        check();
    }
}
