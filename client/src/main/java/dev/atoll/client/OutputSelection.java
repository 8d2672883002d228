package dev.atoll.client;

import static java.util.Objects.requireNonNull;

import dev.atoll.core.model.Ranges;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which outputs of a job to read. By default: the standard outputs of all tasks of the last stage
 * that have succeeded by now, in task order.
 *
 * @param stage the position of the stage; empty: the last
 * @param tasks which tasks; empty: all
 * @param streams which outputs, at least one
 * @param follow wait for tasks that have not finished, until the job has ended
 * @param unordered in the order in which tasks finish
 * @param includeFailed also of tasks that failed for good
 * @param includeRunning also of the attempt that is running; only where one task is selected
 */
public record OutputSelection(
        OptionalInt stage,
        Optional<Ranges> tasks,
        List<OutputChunk.Stream> streams,
        boolean follow,
        boolean unordered,
        boolean includeFailed,
        boolean includeRunning) {
    public OutputSelection {
        requireNonNull(stage, "stage is null");
        requireNonNull(tasks, "tasks is null");
        streams = List.copyOf(streams);
        if (streams.isEmpty()) {
            throw new IllegalArgumentException("at least one of the outputs must be asked for");
        }
    }

    /** The standard outputs of all tasks of the last stage that have succeeded by now. */
    public static OutputSelection results() {
        return new OutputSelection(
                OptionalInt.empty(),
                Optional.empty(),
                List.of(OutputChunk.Stream.STDOUT),
                false,
                false,
                false,
                false);
    }

    /** Only of the stage at this position. */
    public OutputSelection ofStage(int position) {
        return new OutputSelection(
                OptionalInt.of(position),
                tasks,
                streams,
                follow,
                unordered,
                includeFailed,
                includeRunning);
    }

    /** Only of these tasks of the stage at this position. */
    public OutputSelection ofTasks(int position, Ranges indexes) {
        return new OutputSelection(
                OptionalInt.of(position),
                Optional.of(indexes),
                streams,
                follow,
                unordered,
                includeFailed,
                includeRunning);
    }

    /** These outputs instead. */
    public OutputSelection streams(OutputChunk.Stream... wanted) {
        return new OutputSelection(
                stage, tasks, List.of(wanted), follow, unordered, includeFailed, includeRunning);
    }

    /** Waits for tasks that have not finished, until the job has ended. */
    public OutputSelection following() {
        return new OutputSelection(
                stage, tasks, streams, true, unordered, includeFailed, includeRunning);
    }

    /** In the order in which tasks finish. */
    public OutputSelection inOrderOfFinish() {
        return new OutputSelection(
                stage, tasks, streams, follow, true, includeFailed, includeRunning);
    }

    /** Also of tasks that failed for good. */
    public OutputSelection withFailed() {
        return new OutputSelection(stage, tasks, streams, follow, unordered, true, includeRunning);
    }

    /** Also of the attempt that is running; only where one task is selected. */
    public OutputSelection withRunning() {
        return new OutputSelection(stage, tasks, streams, follow, unordered, includeFailed, true);
    }
}
