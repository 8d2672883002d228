package dev.atoll.client;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the bytes of a blob come from. They are read twice: to name them, and to send them. */
public sealed interface BlobSource {
    /** How many bytes. */
    long sizeBytes();

    /** Reads them from the first on. */
    InputStream open() throws IOException;

    /** Bytes in memory, which nobody changes. */
    final class Bytes implements BlobSource {
        private final byte[] bytes;

        /**
         * @param bytes not copied
         */
        public Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        /** All of them; not to be changed. */
        byte[] whole() {
            return bytes;
        }

        @Override
        public long sizeBytes() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /**
     * A part of a file, which nobody changes meanwhile.
     *
     * @param file the file
     * @param offset its first byte
     * @param sizeBytes how many bytes
     */
    record FilePart(Path file, long offset, long sizeBytes) implements BlobSource {
        public FilePart {
            requireNonNull(file, "file is null");
            if (offset < 0 || sizeBytes < 0) {
                throw new IllegalArgumentException(
                        "not a part of a file: offset %d, size %d".formatted(offset, sizeBytes));
            }
        }

        @Override
        public InputStream open() throws IOException {
            FileChannel channel = FileChannel.open(file);
            channel.position(offset);
            return new LimitedInputStream(Channels.newInputStream(channel), sizeBytes);
        }
    }

    /** A whole file. */
    static BlobSource file(Path file) throws IOException {
        return new FilePart(file, 0, Files.size(file));
    }
}
