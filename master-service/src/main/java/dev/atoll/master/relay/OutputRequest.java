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
 * @param unfinished what happens where a task has not finished
 * @param unordered as tasks finish, and not in the order of their indexes
 * @param includeFailed also of tasks that failed for good
 * @param includeRunning also of the attempt that runs; only with one task
 */
record OutputRequest(
        StageRef stage,
        Ranges tasks,
        List<OutputStream> streams,
        Unfinished unfinished,
        boolean unordered,
        boolean includeFailed,
        boolean includeRunning) {
    /** What happens where a task has not finished. */
    enum Unfinished {
        /** It is left out. */
        LEAVE_OUT,
        /** It is waited for until the job has ended, and then left out. */
        WAIT,
        /**
         * The stream ends with an error, and so it does for any other task that would be left out.
         */
        REFUSE
    }

    OutputRequest {
        streams = List.copyOf(streams);
    }
}
