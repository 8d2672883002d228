package dev.atoll.master.loop;

import dev.atoll.core.scheduler.SchedulerCommand.LocateInputs;
import dev.atoll.core.scheduler.SchedulerCommand.ToWorker;

/**
 * What the loop uses to reach workers and what lies on them. Called by the loop's thread only; must
 * not block.
 */
public interface Hands {
    /** Takes what is to be told to a worker; without effect when its session is over. */
    void tell(ToWorker command);

    /** Has somebody look where inputs are, who tells the loop. */
    void locate(LocateInputs command, SchedulerLoop loop);

    /** Sends what was taken. Called at the end of each turn of the loop. */
    void flush();
}
