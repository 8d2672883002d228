package dev.atoll.simulation.invariant;

import dev.atoll.core.agent.Agent;
import dev.atoll.core.agent.AgentCommand;
import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.journal.Batch;
import dev.atoll.core.journal.LedgerValue;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;
import dev.atoll.core.model.TaskRef;
import dev.atoll.core.model.WorkerId;
import dev.atoll.core.scheduler.Decision;
import dev.atoll.core.scheduler.Scheduler;
import dev.atoll.core.scheduler.SchedulerCommand;
import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.core.scheduler.SchedulerEvent.StageReport;
import dev.atoll.core.scheduler.SchedulerView.JobView;
import dev.atoll.core.scheduler.SchedulerView.OutputPlaces;
import dev.atoll.simulation.ledger.Ledger;
import dev.atoll.simulation.workload.Output;

import java.util.List;

/** Something that invariants look at. Made at the moment it happens. */
public sealed interface Observation {
    /** A master is about to decide on an event, or to look into its books for somebody. */
    record Acting(long epoch) implements Observation {}

    /** A master is about to decide on an event. */
    record Deciding(Scheduler scheduler, SchedulerEvent event) implements Observation {}

    /** A master has decided on an event. */
    record Decided(Scheduler scheduler, SchedulerEvent event, Decision decision)
            implements Observation {}

    /** Something has become durable. */
    record Committed(long epoch, long sequence, Batch<LedgerValue> batch, Ledger ledger)
            implements Observation {}

    /** Somebody leads for sure; told again and again. */
    record Elected(long epoch) implements Observation {}

    /** A master begins to lead. */
    record TermBegun(String master, long epoch) implements Observation {}

    /** A client was answered. */
    record ClientTold(String requestId, SchedulerCommand.Reply reply, Ledger ledger)
            implements Observation {}

    /** A client was shown a job. */
    record JobShown(JobView job, Ledger ledger) implements Observation {}

    /** A client was shown where outputs are. */
    record OutputsShown(StageRef stage, OutputPlaces places, Ledger ledger)
            implements Observation {}

    /** A worker's agent has handled an event. */
    record AgentHandled(
            WorkerId worker,
            Agent agent,
            Agent.Load before,
            AgentEvent event,
            List<AgentCommand> commands)
            implements Observation {}

    /** An order has reached a worker; {@code epoch} is that of the master who gave it. */
    record OrderArrived(WorkerId worker, long epoch) implements Observation {}

    /** A worker sends a report, perhaps again. */
    record ReportSent(WorkerId worker, long incarnation, long sequence, List<StageReport> reports)
            implements Observation {}

    /** A worker learns that its reports are durable. */
    record ReportAcknowledged(WorkerId worker, long incarnation, long sequence, Ledger ledger)
            implements Observation {}

    /** A process starts. */
    record AttemptStarted(WorkerId worker, Resources offer, AgentCommand.StartAttempt start)
            implements Observation {}

    /** A process is no more. */
    record AttemptOver(WorkerId worker, TaskRef task) implements Observation {}

    /** A worker starts, with none of what ran before. */
    record WorkerStarted(WorkerId worker) implements Observation {}

    /** Somebody reads what a task wrote, from the worker that is recorded as its holder. */
    record OutputRead(TaskRef task, WorkerId worker, Output output, Ledger ledger)
            implements Observation {}
}
