package dev.atoll.simulation.master;

import dev.atoll.core.model.JobId;
import dev.atoll.core.model.JobSpec;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.SchedulerEvent.TaskSelection;

import java.util.Optional;

/** What a client or a worker asks of the leader, in a message of its own. */
public sealed interface Request {
    /** Run this. */
    record Submit(JobSpec spec) implements Request {}

    /** Stop this. */
    record Cancel(JobId job, Optional<TaskSelection> tasks) implements Request {}

    /** Run again what failed. */
    record Retry(JobId job) implements Request {}

    /** Give this worker no new tasks, or give it some again. */
    record Drain(WorkerId worker, boolean resume) implements Request {}

    /** How is this job? */
    record Show(JobId job) implements Request {}

    /** Who holds the outputs of this stage? */
    record FindOutputs(StageRef stage) implements Request {}
}
