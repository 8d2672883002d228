package dev.atoll.client;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Locale;
import java.util.zip.ZipException;

/** How the contents of a file are compressed, as their first bytes tell. Its name tells nothing. */
public enum Compression {
    /** They are what they are. */
    NONE(""),
    /** By gzip; several parts one behind the other are one. */
    GZIP("\u001f\u008b\b"),
    /** By zstd; several parts one behind the other are one. */
    ZSTD("(\u00b5/\u00fd");

    /** The first bytes, each a character. */
    private final String magic;

    Compression(String magic) {
        this.magic = magic;
    }

    /** How contents are compressed that begin so. */
    public static Compression of(byte[] head) {
        for (Compression compression : values()) {
            if (compression != NONE && compression.agrees(head, compression.magic.length())) {
                return compression;
            }
        }
        return NONE;
    }

    /**
     * The contents of a stream, decompressed if they are compressed. What is damaged or cut off
     * fails to be read.
     *
     * @param name of the stream, for messages
     */
    public static InputStream decompressed(String name, InputStream in) throws IOException {
        // Byte by byte, and only while it may be a mark: who types shall not have to type four.
        byte[] head = new byte[4];
        int length = 0;
        boolean mayBe = true;
        while (mayBe && length < head.length) {
            int read = in.read();
            if (read < 0) {
                break;
            }
            head[length++] = (byte) read;
            mayBe = GZIP.agrees(head, length) || ZSTD.agrees(head, length);
        }
        PushbackInputStream whole = new PushbackInputStream(in, head.length);
        whole.unread(head, 0, length);
        return switch (length < head.length ? NONE : of(head)) {
            case NONE -> whole;
            case GZIP -> GZIP.checked(name, new GzipInput(whole));
            case ZSTD -> ZSTD.checked(name, new ZstdInputStreamNoFinalizer(whole));
        };
    }

    private boolean agrees(byte[] head, int length) {
        for (int i = 0; i < Math.min(length, magic.length()); i++) {
            if (i >= head.length || (head[i] & 0xff) != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private InputStream checked(String name, InputStream in) {
        return new Checked(name, this, in);
    }

    /** Says of what cannot be decompressed whose it is. */
    private static final class Checked extends InputStream {
        private final String name;
        private final Compression compression;
        private final InputStream in;

        Checked(String name, Compression compression, InputStream in) {
            this.name = name;
            this.compression = compression;
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return in.read(target, offset, length);
            } catch (ZipException | EOFException | ZstdIOException e) {
                throw damaged(e);
            }
        }

        private IOException damaged(IOException e) {
            return new IOException(
                    "%s is compressed (%s) and damaged or cut off: %s"
                            .formatted(
                                    name,
                                    compression.name().toLowerCase(Locale.ROOT),
                                    e.getMessage()),
                    e);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
