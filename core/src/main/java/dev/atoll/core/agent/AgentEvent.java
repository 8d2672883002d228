package dev.atoll.core.agent;

import dev.atoll.core.model.CopySource;
import dev.atoll.core.model.Failure;
import dev.atoll.core.model.JobId;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.StageSpec;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.scheduler.SchedulerEvent.CopyTrouble;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Something that has happened to a worker. */
public sealed interface AgentEvent {
    /** An order of a master; one of an epoch lower than the highest that was seen is not obeyed. */
    sealed interface Order extends AgentEvent {
        long epoch();
    }

    /** A stream to a master is open; answered by {@link AgentCommand.SendHello}. */
    record Connected() implements AgentEvent {}

    /** The stream to the master is broken. */
    record Disconnected() implements AgentEvent {}

    /** The master has opened the session. */
    record Welcomed(long epoch) implements Order {}

    /** What a stage is. */
    record Introduced(long epoch, StageRef stage, StageSpec spec) implements Order {}

    /** Run these tasks. */
    record Granted(long epoch, StageRef stage, int attempt, Ranges tasks) implements Order {}

    /** Give back those of these tasks that have not started. */
    record Revoked(long epoch, StageRef stage, Ranges tasks) implements Order {}

    /** Stop these tasks. */
    record StopRequested(long epoch, StageRef stage, Ranges tasks, int signal) implements Order {}

    /** Reports up to a sequence are durable with the master. */
    record Acknowledged(long epoch, long sequence) implements Order {}

    /** Drop these outputs. */
    record Discarded(long epoch, StageRef stage, Ranges tasks) implements Order {}

    /** Fetch these outputs from the worker that serves at {@code source}, and keep them. */
    record CopyOrdered(long epoch, long copy, StageRef stage, Ranges tasks, CopySource source)
            implements Order {}

    /** Drop everything of a job. */
    record Forgotten(long epoch, JobId job) implements Order {}

    /**
     * An attempt that was started has ended and its outputs are written, not yet synced.
     *
     * @param failure empty: it succeeded
     * @param runTime how long its process ran
     * @param isSilent whether it wrote nothing at all
     */
    record AttemptEnded(
            TaskRef task,
            int attempt,
            Optional<Failure> failure,
            Duration runTime,
            boolean isSilent)
            implements AgentEvent {}

    /**
     * Tasks of a batch have ended, and their outputs are written, not yet synced; or some of them
     * were given back.
     *
     * @param ended those that have ended; each task once
     * @param returned those that have not begun and will not
     * @param runTime how long the batch took for what has ended
     */
    record BatchMoved(
            StageRef stage, int attempt, List<BatchEnd> ended, Ranges returned, Duration runTime)
            implements AgentEvent {}

    /**
     * How some tasks of a batch have ended.
     *
     * @param failure empty: they succeeded
     * @param isSilent whether they wrote nothing at all
     */
    record BatchEnd(Ranges tasks, Optional<Failure> failure, boolean isSilent) {}

    /**
     * A copy that was begun is over; what was copied is written, not yet synced.
     *
     * @param copied what of it was kept
     * @param trouble what could not be fetched or kept; the rest was not tried
     */
    record CopyEnded(
            long epoch, long copy, StageRef stage, Ranges copied, Optional<CopyTrouble> trouble)
            implements AgentEvent {}

    /** Outputs that were held here are damaged, and were dropped from the disk. */
    record OutputsDamaged(StageRef stage, Ranges tasks) implements AgentEvent {}

    /** Every success that {@link AgentCommand.SyncOutputs} with this number names is durable. */
    record OutputsSynced(long sync) implements AgentEvent {}

    /**
     * Some outputs could not be made durable, or were lost before: their tasks have failed.
     *
     * @param lost of the successes that the sync names, those that are not durable
     */
    record SyncFailed(long sync, Map<StageRef, Ranges> lost, String detail) implements AgentEvent {}

    /** Time has passed. */
    record Tick() implements AgentEvent {}
}
