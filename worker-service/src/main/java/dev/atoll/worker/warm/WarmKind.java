package dev.atoll.worker.warm;

import static java.util.Objects.requireNonNull;

import dev.atoll.core.model.BlobRef;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.TaskTemplate;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What makes one warm program as good as another: whatever it is started with.
 *
 * @param command the program and its arguments, as the template has them
 * @param environment what the template adds to the worker's own
 * @param workingDirectory an absolute directory; empty: a fresh one
 * @param files what lies in its fresh directory
 * @param memoryBytes how much each of its tasks may take; 0: not counted
 * @param gpus the numbers of the GPUs that it may use
 */
public record WarmKind(
        List<String> command,
        SortedMap<String, String> environment,
        String workingDirectory,
        Optional<BlobRef> files,
        long memoryBytes,
        List<Integer> gpus) {
    public WarmKind {
        command = List.copyOf(command);
        requireNonNull(environment, "environment is null");
        requireNonNull(workingDirectory, "workingDirectory is null");
        requireNonNull(files, "files is null");
        gpus = List.copyOf(gpus);
    }

    /** The program that runs the tasks of a template. */
    public static WarmKind of(TaskTemplate task, Resources need, List<Integer> gpus) {
        return new WarmKind(
                task.command(),
                task.environment(),
                task.workingDirectory(),
                task.files(),
                need.memoryBytes(),
                gpus);
    }
}
