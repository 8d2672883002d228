package dev.atoll.worker.blob;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;

import dev.atoll.core.model.BlobRef;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Messages that lie in blobs. Tasks that follow each other need the same ones, so those used last
 * stay in memory. Thread-safe.
 *
 * @param <M> what the blobs hold
 */
public final class ParsedBlobs<M extends Message> {
    /**
     * The most bytes of blobs whose messages are kept: sixteen of the largest, if there is memory.
     */
    private static final long KEPT_BYTES_MAX =
            Math.min(16L * (8 << 20), Runtime.getRuntime().maxMemory() / 8);

    private final BlobCache blobs;
    private final Parser<M> parser;

    // Guarded by itself; the eldest is the one that was not used for longest.
    private final Map<BlobRef, M> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long keptBytes; // Guarded by kept.

    public ParsedBlobs(BlobCache blobs, Parser<M> parser) {
        this.blobs = blobs;
        this.parser = parser;
    }

    /**
     * What a blob holds. Blocks while the blob is fetched.
     *
     * @throws IOException if it cannot be had, or holds something else
     */
    public M get(BlobRef blob) throws IOException {
        synchronized (kept) {
            @Nullable M known = kept.get(blob);
            if (known != null) {
                return known;
            }
        }
        M message = read(blob);
        keep(blob, message);
        return message;
    }

    private M read(BlobRef blob) throws IOException {
        try (PinnedBlob pinned = blobs.open(blob)) {
            return parser.parseFrom(Files.readAllBytes(pinned.file()));
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(
                    "blob %s does not hold what it should".formatted(blob.sha256()), e);
        }
    }

    private void keep(BlobRef blob, M message) {
        synchronized (kept) {
            if (kept.put(blob, message) == null) {
                keptBytes += blob.sizeBytes();
            }
            Iterator<BlobRef> eldest = kept.keySet().iterator();
            while (keptBytes > KEPT_BYTES_MAX) {
                keptBytes -= eldest.next().sizeBytes();
                eldest.remove();
            }
        }
    }
}
