package dev.atoll.client;

import dev.atoll.client.function.Codec;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A function that is applied to many items. Results come in the order of the items while the job
 * runs, and memory does not grow with their number. Closing it cancels what has not ended.
 *
 * @param <R> what the function gives
 */
public final class FunctionJob<R extends @Nullable Object> implements AutoCloseable {
    private final Job job;
    private final int count;
    private final Codec<R> codec;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile boolean isRead;

    FunctionJob(Job job, int count, Codec<R> codec) {
        this.job = job;
        this.count = count;
        this.codec = codec;
    }

    /** The job itself. */
    public Job job() {
        return job;
    }

    /** How many items there are. */
    public int count() {
        return count;
    }

    /**
     * The results in the order of the items, as they come. To be closed, or read to the end.
     *
     * @return throws a {@link RemoteException} where it meets a task that has failed for good
     */
    public Stream<R> results() {
        return outcomes().map(Outcome::get);
    }

    /** The same, with failures as values: reading goes on behind them. */
    public Stream<Outcome<R>> outcomes() {
        OutcomeReader<R> reader = new OutcomeReader<>(job, count, codec, this::wasRead);
        Iterator<Outcome<R>> iterator = reader;
        return StreamSupport.stream(
                        // Of a size that was known, count() would be told without a look at it.
                        Spliterators.spliteratorUnknownSize(
                                iterator, Spliterator.ORDERED | Spliterator.NONNULL),
                        false)
                .onClose(reader::close);
    }

    private void wasRead() {
        isRead = true;
    }

    /**
     * Tells how the job stands now and at each change, at most ten times a second, until it has
     * ended; on a thread of its own.
     */
    public FunctionJob<R> onProgress(Consumer<JobStatus> listener) {
        Thread.startVirtualThread(() -> {
            try {
                JobStatus _ =
                        job.watch(status -> {
                            if (!closed.isDone()) {
                                listener.accept(status);
                            }
                        });
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (AtollException _) {
                // The cluster is not there; whoever reads the results hears that.
            }
        });
        return this;
    }

    /** Stops everything that has not ended; returns when that is durable. */
    public void cancel(String reason) {
        job.cancel(reason);
    }

    /** Cancels what has not ended. */
    @Override
    public void close() {
        // What was read to its end needs nothing but its second copies any more.
        if (closed.complete(null) && !isRead && !job.status().state().isFinal()) {
            cancel("its client needs no more of it");
        }
    }
}
