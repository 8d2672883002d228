package dev.atoll.worker.attempt;

import dev.atoll.core.model.TaskRef;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** Where tasks read what another task writes, while it writes it. */
@FunctionalInterface
public interface PipeSource {
    /**
     * Takes the pipe of a task, so that this one knows from now on when it is closed. Blocks until
     * the writer is there.
     *
     * @param isStopped whether nobody wants it any more
     * @throws IOException if the writer cannot be had
     */
    FedInput.Source open(TaskRef writer, BooleanSupplier isStopped) throws IOException;
}
