package dev.atoll.client;

import dev.atoll.client.function.RemoteCallable;
import dev.atoll.client.function.RemoteRunnable;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An {@link ExecutorService} whose threads are a cluster. Its tasks travel, so they must be {@link
 * Serializable}: lambdas that are given to it as they are, are. What a task throws is the cause of
 * a {@link RemoteException}, which is the cause of the {@link ExecutionException}.
 */
public final class ClusterExecutor implements ExecutorService {
    private final FunctionCalls calls;
    private final Map<Long, CompletableFuture<?>> open = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> shutdown = new CompletableFuture<>();
    private long begun; // Guarded by open.

    ClusterExecutor(FunctionCalls calls) {
        this.calls = calls;
    }

    /** Runs a task; lambdas come here, and not to the others of this name. */
    public <T extends @Nullable Object> CompletableFuture<T> submit(RemoteCallable<T> task) {
        CompletableFuture<T> future;
        long number;
        synchronized (open) {
            if (isShutdown()) {
                throw new RejectedExecutionException("the executor was shut down");
            }
            future = calls.begin(task);
            begun++;
            number = begun;
            open.put(number, future);
        }
        var _ = future.whenComplete((_, _) -> open.remove(number));
        return future;
    }

    /** Runs a task; lambdas without a result come here. */
    public CompletableFuture<@Nullable Void> submit(RemoteRunnable task) {
        return submit(new Running<@Nullable Void>(task, null));
    }

    /**
     * @throws RejectedExecutionException if the task is not Serializable
     */
    @Override
    public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
        return submit(remote(task));
    }

    @Override
    public <T extends @Nullable Object> Future<T> submit(Runnable task, T result) {
        return submit(new Running<T>(checked(task, RemoteRunnable.class), result));
    }

    @Override
    public Future<?> submit(Runnable task) {
        return this.<@Nullable Void>submit(
                new Running<@Nullable Void>(checked(task, RemoteRunnable.class), null));
    }

    @Override
    public void execute(Runnable task) {
        var _ = submit(task);
    }

    private static <T extends @Nullable Object> RemoteCallable<T> remote(Callable<T> task) {
        return task instanceof RemoteCallable<T> itself
                ? itself
                : new Calling<>(checked(task, RemoteCallable.class));
    }

    private static <X> X checked(X task, Class<?> travelling) {
        if (task instanceof Serializable) {
            return task;
        }
        throw new RejectedExecutionException(
                "%s cannot travel: it is not Serializable (declare it as %s)"
                        .formatted(task.getClass().getName(), travelling.getSimpleName()));
    }

    private record Calling<T extends @Nullable Object>(Callable<T> task)
            implements RemoteCallable<T> {
        @Override
        public T call() throws Exception {
            return task.call();
        }
    }

    private record Running<T extends @Nullable Object>(Runnable task, T result)
            implements RemoteCallable<T> {
        @Override
        public T call() {
            task.run();
            return result;
        }
    }

    // ---- several

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(
            Collection<? extends Callable<T>> tasks) throws InterruptedException {
        return invokeAll(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(
            Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException {
        List<CompletableFuture<T>> futures = begin(tasks);
        CompletableFuture<Void> all =
                CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new));
        try {
            all.get(timeout, unit);
        } catch (ExecutionException | CancellationException _) {
            // Each future says it of its own.
        } catch (TimeoutException _) {
            futures.forEach(future -> future.cancel(true));
        } catch (InterruptedException e) {
            futures.forEach(future -> future.cancel(true));
            throw e;
        }
        return new ArrayList<>(futures);
    }

    private <T extends @Nullable Object> List<CompletableFuture<T>> begin(
            Collection<? extends Callable<T>> tasks) {
        List<RemoteCallable<T>> all = new ArrayList<>();
        tasks.forEach(task -> all.add(remote(task)));
        List<CompletableFuture<T>> futures = new ArrayList<>();
        all.forEach(task -> futures.add(submit(task)));
        return futures;
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
            throws InterruptedException, ExecutionException {
        try {
            return invokeAny(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("nobody waits for so long", e);
        }
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(
            Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("no tasks");
        }
        List<CompletableFuture<T>> futures = begin(tasks);
        CompletableFuture<T> first = new CompletableFuture<>();
        for (CompletableFuture<T> future : futures) {
            var _ = future.thenAccept(first::complete);
        }
        var _ =
                CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new))
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                first.completeExceptionally(failure);
                            }
                        });
        try {
            return first.get(timeout, unit);
        } finally {
            futures.forEach(future -> future.cancel(true));
        }
    }

    // ---- its end

    /** Takes no more tasks; those that it has go on. */
    @Override
    public void shutdown() {
        synchronized (open) {
            var _ = shutdown.complete(null);
        }
    }

    /** Takes no more tasks, and cancels those that it has. */
    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        open.values().forEach(future -> future.cancel(true));
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown.isDone();
    }

    @Override
    public boolean isTerminated() {
        return isShutdown() && open.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            shutdown.thenCompose(_ -> allEnded()).get(timeout, unit);
        } catch (ExecutionException | CancellationException _) {
            // However they have ended, they have.
        } catch (TimeoutException _) {
            return false;
        }
        return true;
    }

    private CompletableFuture<Void> allEnded() {
        return CompletableFuture.allOf(open.values().toArray(CompletableFuture<?>[]::new));
    }
}
