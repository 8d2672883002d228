package dev.atoll.master.api;

import dev.atoll.core.model.JobId;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.proto.job.v1.TaskSelection;
import dev.atoll.runtime.grpc.FieldChecks;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.RangesWire;

import java.util.Optional;

/** Which jobs and tasks a request is about. */
public final class Selections {
    private static final int STAGE_MAX = 63;

    private Selections() {}

    /** The job; one that there can never be is not found. */
    public static JobId job(long job) {
        if (job < 1) {
            throw Replies.noJob(job);
        }
        return new JobId(job);
    }

    /**
     * Some tasks of one stage.
     *
     * @param field what they are called in their request
     * @param checks where faults are noted; with faults, the answer means nothing
     */
    public static SchedulerEvent.TaskSelection tasks(
            TaskSelection selection, String field, FieldChecks checks) {
        int stage = selection.getStage();
        checks.check(stage >= 0 && stage <= STAGE_MAX, field + ".stage", stage, "0 to 63");
        if (!selection.hasTasks()) {
            return new SchedulerEvent.TaskSelection(stage, Optional.empty());
        }
        try {
            return new SchedulerEvent.TaskSelection(
                    stage,
                    Optional.of(RangesWire.fromProto(selection.getTasks(), field + ".tasks")));
        } catch (MalformedMessageException e) {
            checks.violation(
                    field + ".tasks",
                    String.valueOf(e.getMessage()),
                    "pairs of first and count, ascending and disjoint");
            return new SchedulerEvent.TaskSelection(stage, Optional.empty());
        }
    }
}
