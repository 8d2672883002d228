package dev.atoll.client;

import static java.util.Objects.requireNonNull;

import dev.atoll.core.model.BlobRef;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Uploads blobs, several at once. Whoever adds one waits while as many are under way as may be, so
 * that memory does not grow with the amount. What the cluster has is not sent again.
 */
public final class Uploads implements AutoCloseable {
    /** How many are under way at once if nobody says otherwise. */
    public static final int PARALLEL_DEFAULT = 4;

    private final BlobClient blobs;
    private final Semaphore places;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param parallelMax how many may be under way, at least 1
     */
    Uploads(BlobClient blobs, int parallelMax) {
        this.blobs = blobs;
        this.places = new Semaphore(parallelMax);
    }

    /**
     * Begins to upload; waits for a place first.
     *
     * @return the blob's name, once the cluster has it; completed exceptionally with an
     *     AtollException or an IOException
     */
    public CompletableFuture<BlobRef> add(BlobSource source) throws InterruptedException {
        return begin(() -> blobs.put(source));
    }

    /**
     * Uploads those of some blobs that the cluster lacks, which it is asked for all at once; waits
     * until it has them.
     *
     * @throws IOException when a source could not be read, or has other bytes than its name says
     */
    void addMissing(Map<BlobRef, BlobSource> named) throws IOException, InterruptedException {
        List<CompletableFuture<BlobRef>> uploads = new ArrayList<>();
        for (BlobRef ref : blobs.missing(List.copyOf(named.keySet()))) {
            BlobSource source = requireNonNull(named.get(ref));
            uploads.add(
                    begin(() -> {
                        blobs.write(ref, source);
                        return ref;
                    }));
        }
        List<BlobRef> _ = join(uploads);
    }

    private interface Upload {
        BlobRef run() throws IOException;
    }

    private CompletableFuture<BlobRef> begin(Upload upload) throws InterruptedException {
        places.acquire();
        CompletableFuture<BlobRef> done = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                BlobRef ref = upload.run();
                bytes.addAndGet(ref.sizeBytes());
                done.complete(ref);
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            } finally {
                places.release();
            }
        });
        return done;
    }

    /** How many bytes the cluster has taken, or had already. */
    public long bytesDone() {
        return bytes.get();
    }

    /**
     * Waits for uploads and gives their names in the same order.
     *
     * @throws IOException when a source could not be read
     * @throws AtollException when the cluster could not take one
     */
    public static List<BlobRef> join(List<CompletableFuture<BlobRef>> uploads) throws IOException {
        List<BlobRef> refs = new ArrayList<>(uploads.size());
        for (CompletableFuture<BlobRef> upload : uploads) {
            try {
                refs.add(upload.join());
            } catch (CompletionException e) {
                switch (e.getCause()) {
                    case IOException io -> throw io;
                    case RuntimeException known -> throw known;
                    case null, default -> throw e;
                }
            }
        }
        return refs;
    }

    /** Gives up what is under way. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
