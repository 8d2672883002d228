package dev.atoll.runtime.wire;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.StageRef;

/** The coordinates that messages spell out field by field. */
public final class StageWire {
    private StageWire() {}

    /**
     * A job id from a message.
     *
     * @param message what the message is called, for the exception
     * @throws MalformedMessageException if it is less than 1
     */
    public static JobId jobId(long jobId, String message) {
        return SpecWire.modelled(message + ".job_id", () -> new JobId(jobId));
    }

    /**
     * A stage from a message.
     *
     * @param message what the message is called, for the exception
     * @throws MalformedMessageException if there can be no such job or stage
     */
    public static StageRef stageRef(long jobId, int stage, String message) {
        JobId job = jobId(jobId, message);
        return SpecWire.modelled(message + ".stage", () -> new StageRef(job, stage));
    }

    static int attempt(int attempt, String message) {
        if (attempt < 1) {
            throw new MalformedMessageException(message + ".attempt", "at least 1, not " + attempt);
        }
        return attempt;
    }
}
