package dev.atoll.master.relay;

import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.proto.job.v1.OutputStream;

import java.util.List;

/**
 * Which outputs somebody wants, checked.
 *
 * @param tasks which tasks of the stage
 * @param streams which outputs, at least one
 * @param follow wait for tasks that have not finished, until the job has ended
 * @param unordered as tasks finish, and not in the order of their indexes
 * @param includeFailed also of tasks that failed for good
 * @param includeRunning also of the attempt that runs; only with one task
 */
record OutputRequest(
        StageRef stage,
        Ranges tasks,
        List<OutputStream> streams,
        boolean follow,
        boolean unordered,
        boolean includeFailed,
        boolean includeRunning) {
    OutputRequest {
        streams = List.copyOf(streams);
    }
}
