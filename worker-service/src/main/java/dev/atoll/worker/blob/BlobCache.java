package dev.atoll.worker.blob;

import dev.atoll.core.model.BlobRef;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** Has every blob: those that are not here are fetched, once for all who want them. Thread-safe. */
public final class BlobCache {
    private final BlobStore store;
    private final BlobSource source;
    private final Map<String, CompletableFuture<Void>> fetches = new ConcurrentHashMap<>();

    public BlobCache(BlobStore store, BlobSource source) {
        this.store = store;
        this.source = source;
    }

    /**
     * Opens a blob, fetching it first if it must. Blocks meanwhile.
     *
     * @throws IOException if it cannot be had
     */
    public PinnedBlob open(BlobRef blob) throws IOException {
        // Between a fetch and the opening the blob may be evicted again, though hardly twice.
        for (int i = 0; i < 3; i++) {
            Optional<PinnedBlob> here = openHere(blob);
            if (here.isPresent()) {
                return here.get();
            }
            fetchOnce(blob);
        }
        throw new IOException("blob %s does not stay on this disk".formatted(blob.sha256()));
    }

    private Optional<PinnedBlob> openHere(BlobRef blob) throws IOException {
        try {
            return store.open(blob);
        } catch (BlobDamagedException e) {
            // It is forgotten now; a whole one may be elsewhere.
            return Optional.empty();
        }
    }

    private void fetchOnce(BlobRef blob) throws IOException {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> others = fetches.putIfAbsent(blob.sha256(), mine);
        if (others != null) {
            await(others);
            return;
        }
        try {
            fetch(blob);
            mine.complete(null);
        } catch (IOException | RuntimeException e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            fetches.remove(blob.sha256(), mine);
        }
    }

    private void fetch(BlobRef blob) throws IOException {
        try (BlobWriter writer = store.write(blob)) {
            source.read(blob, writer::write);
            writer.commit();
        }
    }

    private static void await(CompletableFuture<Void> fetch) throws IOException {
        try {
            fetch.join();
        } catch (CompletionException e) {
            throw new IOException("another task's fetch failed: " + e.getCause(), e);
        }
    }
}
