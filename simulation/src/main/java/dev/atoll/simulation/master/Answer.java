package dev.atoll.simulation.master;

import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerView.JobView;
import dev.atoll.core.scheduler.SchedulerView.OutputPlaces;

import java.util.Optional;

/** What a master answers. */
public sealed interface Answer {
    /** It is done, or cannot be done; {@code epoch} is the master's. */
    record Told(SchedulerCommand.Reply reply, long epoch) implements Answer {}

    /** A job, if it is known. */
    record Shown(Optional<JobView> job, long epoch) implements Answer {}

    /** Where the outputs of a stage of so many tasks are. */
    record Found(OutputPlaces places, int taskCount) implements Answer {}

    /** Another leads. */
    record NotLeading() implements Answer {}
}
