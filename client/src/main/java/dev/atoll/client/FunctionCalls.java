package dev.atoll.client;

import dev.atoll.client.function.CallingFunction;
import dev.atoll.client.function.Codec;
import dev.atoll.client.function.Invocation;
import dev.atoll.client.function.RemoteCallable;
import dev.atoll.client.function.TaskPayload;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.TaskRef;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/**
 * Runs single calls. What comes while a job is being submitted goes into the next one together, so
 * that a thousand calls are a few jobs. Safe for use by threads.
 */
final class FunctionCalls {
    private static final int BATCH_MAX = 10_000;
    private static final long BATCH_BYTES_MAX = 64L << 20;
    private static final int SIGNAL_TERM = 15;

    private final Functions functions;
    private final FunctionOptions options;
    private final Queue<Call> waiting = new ArrayDeque<>(); // Guarded by itself.
    private boolean isSubmitting; // Guarded by waiting.

    /** One call, from its wish to its end. */
    private static final class Call {
        final byte[] item;
        final Optional<TaskRef> parent;
        final CompletableFuture<@Nullable Object> end = new CompletableFuture<>();

        Call(byte[] item, Optional<TaskRef> parent) {
            this.item = item;
            this.parent = parent;
        }
    }

    FunctionCalls(Functions functions, FunctionOptions options) {
        this.functions = functions;
        this.options = options;
    }

    /**
     * Begins a call.
     *
     * @throws IllegalArgumentException if it takes more than 4 MiB
     */
    <R extends @Nullable Object> CompletableFuture<R> begin(RemoteCallable<R> callable) {
        Call call;
        try {
            byte[] item = Codec.<RemoteCallable<R>>java().encode(callable);
            call = new Call(item, functions.currentTask());
        } catch (IOException e) {
            throw new UncheckedIOException("a call cannot be sent: " + e.getMessage(), e);
        }
        if (call.item.length > ItemTableBuilder.DATA_BYTES_MAX) {
            // Said here, where nobody but its own caller hears it.
            throw new IllegalArgumentException(
                    "a call may take %,d bytes with all that it holds, not %,d"
                            .formatted(ItemTableBuilder.DATA_BYTES_MAX, call.item.length));
        }
        boolean isFirst;
        synchronized (waiting) {
            waiting.add(call);
            isFirst = !isSubmitting;
            isSubmitting = true;
        }
        if (isFirst) {
            Thread.startVirtualThread(this::submitAll);
        }
        @SuppressWarnings("unchecked") // The call gives what its callable gives.
        CompletableFuture<R> end = (CompletableFuture<R>) call.end;
        return end;
    }

    private void submitAll() {
        List<Call> batch = next();
        while (!batch.isEmpty()) {
            List<Call> calls = batch;
            try {
                submit(calls);
            } catch (RuntimeException | Error e) {
                calls.forEach(call -> call.end.completeExceptionally(e));
            }
            batch = next();
        }
    }

    private List<Call> next() {
        List<Call> batch = new ArrayList<>();
        long bytes = 0;
        synchronized (waiting) {
            Call call = waiting.peek();
            while (call != null
                    && batch.size() < BATCH_MAX
                    && (batch.isEmpty() || belongs(call, batch.getFirst(), bytes))) {
                bytes += call.item.length;
                if (!call.end.isDone()) {
                    batch.add(call);
                }
                waiting.remove();
                call = waiting.peek();
            }
            isSubmitting = !batch.isEmpty();
        }
        return batch;
    }

    private static boolean belongs(Call call, Call first, long bytes) {
        return bytes + call.item.length <= BATCH_BYTES_MAX && call.parent.equals(first.parent);
    }

    private void submit(List<Call> calls) {
        ItemTable items =
                functions.upload(table -> {
                    for (Call call : calls) {
                        table.add(call.item);
                    }
                });
        Job job =
                functions.submit(
                        items,
                        new Invocation<RemoteCallable<@Nullable Object>, @Nullable Object>(
                                new CallingFunction<>(), Codec.java(), Codec.java()),
                        options,
                        calls.getFirst().parent);
        for (int i = 0; i < calls.size(); i++) {
            int index = i;
            var _ =
                    calls.get(i)
                            .end
                            .whenComplete((_, failure) -> {
                                if (failure instanceof CancellationException) {
                                    Thread.startVirtualThread(() -> cancel(job, index));
                                }
                            });
        }
        Thread.startVirtualThread(() -> follow(job, calls));
    }

    private static void cancel(Job job, int index) {
        try {
            job.cancelTasks(0, Ranges.of(index), SIGNAL_TERM, "its future was cancelled");
        } catch (AtollException _) {
            // The cluster is not there, or this client was closed; nobody waits for the task.
        }
    }

    /** Tells each call how it ended, in whatever order they end. */
    private static void follow(Job job, List<Call> calls) {
        Map<Integer, Call> open = new HashMap<>();
        for (int i = 0; i < calls.size(); i++) {
            open.put(i, calls.get(i));
        }
        OutputSelection all =
                OutputSelection.results().ofStage(0).following().withFailed().inOrderOfFinish();
        try (OutputReader reader = job.output(all)) {
            Iterator<TaskOutput> outputs = reader.byTask();
            while (outputs.hasNext()) {
                TaskOutput output = outputs.next();
                Optional<TaskPayload> payload = TaskPayload.of(output.bytes().readAllBytes());
                if (payload.isPresent()) {
                    Call call = open.remove(output.index());
                    if (call != null) {
                        // Elsewhere, so that whatever hangs on one call keeps no other waiting.
                        int index = output.index();
                        Thread.startVirtualThread(() -> end(call, index, payload.get()));
                    }
                }
            }
            endSilent(job, open);
        } catch (IOException | RuntimeException | Error e) {
            open.values().forEach(call -> call.end.completeExceptionally(e));
        }
    }

    private static void endSilent(Job job, Map<Integer, Call> open) {
        if (open.isEmpty()) {
            return;
        }
        job.tasks(TaskStatus.State.FAILED)
                .forEach(task -> {
                    Call call = open.remove(task.index());
                    if (call != null) {
                        call.end.completeExceptionally(RemoteException.of(task.index(), task));
                    }
                });
        JobStatus status = job.status();
        open.forEach((index, call) ->
                call.end.completeExceptionally(
                        RemoteException.neverRan(index, status.state().toString())));
    }

    /** A result that cannot be read here is the trouble of its own call, and of no other. */
    private static void end(Call call, int index, TaskPayload payload) {
        try {
            switch (OutcomeReader.outcome(index, payload, Codec.<@Nullable Object>java())) {
                case Outcome.Success<@Nullable Object> success ->
                        call.end.complete(success.value());
                case Outcome.Failed<@Nullable Object> failed ->
                        call.end.completeExceptionally(failed.exception());
            }
        } catch (IOException | RuntimeException | LinkageError e) {
            call.end.completeExceptionally(e);
        }
    }
}
