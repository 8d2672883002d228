package dev.atoll.master.loop;

import dev.atoll.runtime.grpc.ApiException;

import io.grpc.Status;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Those who wait for the loop; all of them are told when it ends. Safe for use by many threads. */
final class Waiting {
    private final Map<Long, CompletableFuture<?>> open = new ConcurrentHashMap<>();
    private final AtomicLong keys = new AtomicLong();

    /**
     * Waits for a value.
     *
     * @param handIn sees to it that the future is completed; what it throws ends the wait
     * @throws ApiException CANCELLED when this thread is interrupted
     */
    <T> T await(Consumer<CompletableFuture<T>> handIn) {
        CompletableFuture<T> future = new CompletableFuture<>();
        long key = keys.incrementAndGet();
        open.put(key, future);
        try {
            handIn.accept(future);
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.of(Status.Code.CANCELLED, "INTERRUPTED", "the call was cut off")
                    .causedBy(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(e.getCause());
        } finally {
            open.remove(key);
        }
    }

    /** Nobody who waits now will get a value. */
    void fail(ApiException why) {
        open.values().forEach(future -> future.completeExceptionally(why));
    }
}
