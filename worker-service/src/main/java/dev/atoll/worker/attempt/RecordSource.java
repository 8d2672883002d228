package dev.atoll.worker.attempt;

import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskTemplate.Part;

import java.io.IOException;

/** Where the records of an earlier stage come from. */
@FunctionalInterface
public interface RecordSource {
    /**
     * Reads the part of a stage's records that a task gets, sorted, each with a line break.
     *
     * @param task the index of the task that reads
     * @param taskCount how many tasks read
     * @throws IOException if some cannot be had, or the receiver takes no more
     */
    void read(StageRef stage, Part part, int task, int taskCount, GatherSource.Receiver receiver)
            throws IOException;
}
