package dev.atoll.worker.blob;

import dev.atoll.core.model.BlobRef;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Takes the bytes of one blob, in order; it becomes visible with {@link #commit}, or never. */
public final class BlobWriter implements AutoCloseable {
    private final BlobStore store;
    private final BlobRef blob;
    private final BlobStore.Purpose purpose;
    private final Path file;
    private final FileChannel channel;
    private final MessageDigest digest = BlobStore.sha256();
    private long length;
    private boolean committed;

    BlobWriter(BlobStore store, BlobRef blob, BlobStore.Purpose purpose, Path file)
            throws IOException {
        this.store = store;
        this.blob = blob;
        this.purpose = purpose;
        this.file = file;
        this.channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /**
     * Takes the next bytes.
     *
     * @throws BlobDamagedException if they are more than the blob has
     */
    public void write(ByteBuffer bytes) throws IOException {
        length += bytes.remaining();
        if (length > blob.sizeBytes()) {
            throw new BlobDamagedException(
                    blob, "more bytes than the %d announced".formatted(blob.sizeBytes()));
        }
        digest.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Makes the blob durable and visible.
     *
     * @throws BlobDamagedException if the bytes are not the blob's
     */
    public void commit() throws IOException {
        String found = HexFormat.of().formatHex(digest.digest());
        if (length != blob.sizeBytes() || !found.equals(blob.sha256())) {
            throw new BlobDamagedException(
                    blob, "%d bytes came, with the digest %s".formatted(length, found));
        }
        channel.force(true);
        channel.close();
        store.add(blob, purpose, file);
        committed = true;
    }

    /** Forgets everything, unless it was committed. */
    @Override
    public void close() throws IOException {
        if (!committed) {
            channel.close();
            Files.deleteIfExists(file);
        }
    }
}
