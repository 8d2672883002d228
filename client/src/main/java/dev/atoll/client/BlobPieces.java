package dev.atoll.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of a blob in pieces, as they are sent. */
abstract sealed class BlobPieces implements AutoCloseable {
    /** The size of each but the last, which is smaller, and may be empty. */
    static final int BYTES = 256 << 10;

    /** Opens a blob at its first byte. */
    static BlobPieces of(BlobSource source) throws IOException {
        return source instanceof BlobSource.Bytes bytes
                ? new InMemory(bytes.whole())
                : new Read(source.open());
    }

    /** The next piece. */
    abstract ByteString next() throws IOException;

    @Override
    public abstract void close() throws IOException;

    /** Parts of what is in memory already, which are not copied. */
    private static final class InMemory extends BlobPieces {
        private final ByteString whole;
        private int position;

        private InMemory(byte[] whole) {
            this.whole = UnsafeByteOperations.unsafeWrap(whole);
        }

        @Override
        ByteString next() {
            int end = Math.min(whole.size(), position + BYTES);
            ByteString piece = whole.substring(position, end);
            position = end;
            return piece;
        }

        @Override
        public void close() {}
    }

    /** Read as they are sent. */
    private static final class Read extends BlobPieces {
        private final InputStream in;

        private Read(InputStream in) {
            this.in = in;
        }

        @Override
        ByteString next() throws IOException {
            // A fresh array each time: the transport still holds the one before.
            return UnsafeByteOperations.unsafeWrap(in.readNBytes(BYTES));
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
