package dev.atoll.client;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Chunks of output as one stream of bytes. */
final class ChunkInputStream extends InputStream {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Source source;
    private final Runnable onClose;
    private ByteBuffer present = NOTHING;
    private boolean ended;

    /** Where the chunks come from. */
    interface Source {
        /** Waits for the next chunk; empty at the end. */
        Optional<OutputChunk> next() throws InterruptedException;
    }

    ChunkInputStream(Source source, Runnable onClose) {
        this.source = source;
        this.onClose = onClose;
    }

    @Override
    public int read() throws IOException {
        return fill() ? present.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, present.remaining());
        present.get(target, offset, count);
        return count;
    }

    /** Without a buffer in between: most outputs are one small chunk. */
    @Override
    public byte[] readAllBytes() throws IOException {
        List<ByteBuffer> chunks = new ArrayList<>();
        int length = 0;
        while (fill()) {
            length = Math.addExact(length, present.remaining());
            chunks.add(present);
            present = NOTHING;
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        chunks.forEach(bytes::put);
        return bytes.array();
    }

    @Override
    public int available() {
        return present.remaining();
    }

    @Override
    public void close() {
        onClose.run();
    }

    private boolean fill() throws IOException {
        while (!present.hasRemaining()) {
            if (ended) {
                return false;
            }
            @Nullable OutputChunk chunk = take();
            if (chunk == null) {
                ended = true;
            } else {
                present = chunk.data();
            }
        }
        return true;
    }

    private @Nullable OutputChunk take() throws IOException {
        try {
            return source.next().orElse(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted while waiting for output");
            interrupted.initCause(e);
            throw interrupted;
        } catch (AtollException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
