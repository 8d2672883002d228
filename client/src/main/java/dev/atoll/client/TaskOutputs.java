package dev.atoll.client;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Cuts what a reader reads into tasks. */
final class TaskOutputs implements Iterator<TaskOutput> {
    private final OutputReader reader;
    private @Nullable OutputChunk first;
    private boolean insideTask;

    TaskOutputs(OutputReader reader) {
        this.reader = reader;
    }

    @Override
    public boolean hasNext() {
        while (insideTask) {
            restOfTask();
        }
        if (first == null) {
            first = nextChunk().orElse(null);
        }
        return first != null;
    }

    @Override
    public TaskOutput next() {
        if (!hasNext()) {
            throw new NoSuchElementException("there are no more tasks");
        }
        OutputChunk chunk = first;
        if (chunk == null) {
            throw new NoSuchElementException("there are no more tasks");
        }
        insideTask = true;
        return new TaskOutput(chunk.index(), new ChunkInputStream(this::restOfTask, () -> {}));
    }

    private Optional<OutputChunk> restOfTask() {
        if (!insideTask) {
            return Optional.empty();
        }
        Optional<OutputChunk> chunk = first != null ? Optional.of(first) : nextChunk();
        first = null;
        insideTask = chunk.isPresent() && !chunk.get().last();
        return chunk;
    }

    private Optional<OutputChunk> nextChunk() {
        try {
            return reader.next();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterUnavailableException("interrupted while waiting for output", true, e);
        }
    }
}
