package dev.atoll.client;

import dev.atoll.client.function.Codec;
import dev.atoll.client.function.RemoteFailure;
import dev.atoll.client.function.TaskPayload;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads how the tasks of a function ended, in their order, as they come: one by one, whatever they
 * wrote. For one thread.
 */
final class OutcomeReader<R extends @Nullable Object>
        implements Iterator<Outcome<R>>, AutoCloseable {
    /** So many tasks that have left no word are asked for at once. */
    private static final int STATUS_PAGE = 1_000;

    private final Job job;
    private final int count;
    private final Codec<R> codec;
    private final Runnable atEnd;
    private final OutputReader reader;
    private final Iterator<TaskOutput> outputs;
    private final NavigableMap<Integer, TaskStatus> failed = new TreeMap<>();

    /** Once the job has ended: no task before this one has failed but those that are known. */
    private int failedKnownTo;

    private String stateAtEnd = "";
    private @Nullable TaskOutput read;
    private int next;

    /**
     * @param count how many tasks there are
     * @param atEnd hears that all were read
     */
    OutcomeReader(Job job, int count, Codec<R> codec, Runnable atEnd) {
        this.job = job;
        this.count = count;
        this.codec = codec;
        this.atEnd = atEnd;
        this.reader = job.output(OutputSelection.results().ofStage(0).following().withFailed());
        this.outputs = reader.byTask();
    }

    @Override
    public boolean hasNext() {
        if (next == count) {
            close();
            atEnd.run();
        }
        return next < count;
    }

    @Override
    public Outcome<R> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("there are no more tasks");
        }
        int index = next;
        next++;
        if (read == null && outputs.hasNext()) {
            read = outputs.next();
        }
        TaskOutput output = read;
        if (output == null || output.index() != index) {
            return new Outcome.Failed<>(index, silent(index));
        }
        read = null;
        try (var bytes = output.bytes()) {
            return outcome(index, bytes.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Outcome<R> outcome(int index, byte[] output) throws IOException {
        Optional<TaskPayload> payload = TaskPayload.of(output);
        if (payload.isEmpty()) {
            return new Outcome.Failed<>(index, silent(index));
        }
        return outcome(index, payload.get(), codec);
    }

    /** What a task has written. */
    static <R extends @Nullable Object> Outcome<R> outcome(
            int index, TaskPayload payload, Codec<R> codec) throws IOException {
        try {
            return payload.isFailure()
                    ? new Outcome.Failed<>(
                            index,
                            RemoteException.of(index, RemoteFailure.fromBytes(payload.bytes())))
                    : new Outcome.Success<>(index, codec.decode(payload.bytes()));
        } catch (ClassNotFoundException e) {
            throw new IOException(
                    "a result is of a class that is not known here: " + e.getMessage(), e);
        }
    }

    /** Of a task that has left no word: what the master knows. */
    private RemoteException silent(int index) {
        if (!failed.containsKey(index) && index >= failedKnownTo) {
            askFrom(index);
        }
        TaskStatus status = failed.get(index);
        return status != null
                ? RemoteException.of(index, status)
                : RemoteException.neverRan(index, stateAtEnd);
    }

    private void askFrom(int index) {
        JobStatus now = job.status();
        stateAtEnd = stateOf(now);
        List<TaskStatus> page =
                job.tasks(TaskStatus.State.FAILED)
                        .dropWhile(task -> task.index() < index)
                        .limit(STATUS_PAGE)
                        .toList();
        failed.clear();
        page.forEach(task -> failed.put(task.index(), task));
        if (now.state().isFinal()) {
            failedKnownTo = page.size() < STATUS_PAGE ? count : page.getLast().index() + 1;
        }
    }

    private static String stateOf(JobStatus status) {
        return status.reason().isEmpty() ? status.state().toString() : status.reason();
    }

    @Override
    public void close() {
        reader.close();
    }
}
