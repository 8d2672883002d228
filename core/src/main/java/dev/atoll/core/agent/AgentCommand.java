package dev.atoll.core.agent;

import dev.atoll.core.model.CopySource;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.scheduler.SchedulerEvent.HeldOutputs;
import dev.atoll.core.scheduler.SchedulerEvent.Report;
import dev.atoll.core.scheduler.SchedulerEvent.StageAttempts;

import java.util.List;
import java.util.Map;

/** A wish of the agent to touch the world. Carried out in order. */
public sealed interface AgentCommand {
    /** Introduce this worker to the master. */
    record SendHello(long epoch, List<StageAttempts> outstanding, List<HeldOutputs> held)
            implements AgentCommand {}

    /** Tell the master what has happened; repeated in each new session until acknowledged. */
    record SendReport(long sequence, Report report) implements AgentCommand {}

    /**
     * Start an attempt; answered by {@link AgentEvent.AttemptEnded}, once, in any case.
     *
     * @param epoch with the attempt, the task's fence
     * @param gpus the numbers of the GPUs that it may use, from 0
     */
    record StartAttempt(TaskRef task, StageSpec spec, long epoch, int attempt, List<Integer> gpus)
            implements AgentCommand {}

    /**
     * Run neighbouring tasks in a program that stays, a batch of them, in the room of one; answered
     * by {@link AgentEvent.BatchMoved} until each has ended or was given back.
     *
     * @param tasks one range of tasks of the stage; at least one
     * @param gpus the numbers of the GPUs that it may use, from 0
     */
    record StartBatch(
            StageRef stage,
            Ranges.Range tasks,
            StageSpec spec,
            long epoch,
            int attempt,
            List<Integer> gpus)
            implements AgentCommand {}

    /**
     * Send a signal to some tasks of a batch. Those that have not begun are given back in any case.
     *
     * @param signal 0: those that have begun go on
     */
    record SignalBatch(StageRef stage, int attempt, Ranges tasks, int signal)
            implements AgentCommand {}

    /** Send a signal to everything that an attempt has started; 9 leaves nothing alive. */
    record SignalAttempt(TaskRef task, int attempt, int signal) implements AgentCommand {}

    /**
     * Make all outputs written so far durable; answered by {@link AgentEvent.OutputsSynced} or
     * {@link AgentEvent.SyncFailed}.
     *
     * @param successes what is reported afterwards: all of it must truly be there and durable
     */
    record SyncOutputs(long sync, Map<StageRef, Ranges> successes) implements AgentCommand {}

    /**
     * Fetch outputs from another worker and keep them as if they had been written here; answered by
     * {@link AgentEvent.CopyEnded}, once, in any case.
     *
     * @param epoch with {@code copy}, names the order
     * @param source where the other worker serves
     */
    record CopyOutputs(long epoch, long copy, StageRef stage, Ranges tasks, CopySource source)
            implements AgentCommand {}

    /**
     * Drop some outputs. Of these tasks nothing more is kept by any {@link CopyOutputs} before
     * this.
     */
    record DropOutputs(StageRef stage, Ranges tasks) implements AgentCommand {}

    /** Drop everything of a job, and copy nothing more of it. */
    record DropJob(JobId job) implements AgentCommand {}
}
