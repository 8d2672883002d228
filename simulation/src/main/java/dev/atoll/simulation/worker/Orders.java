package dev.atoll.simulation.worker;

import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.scheduler.SchedulerCommand;

import java.util.Optional;

/** Turns what a master orders into what the worker hears. */
final class Orders {
    private Orders() {}

    /** Empty for what only the session understands. */
    static Optional<AgentEvent> event(long epoch, SchedulerCommand.ToWorker order) {
        return switch (order) {
            case SchedulerCommand.Welcome it -> Optional.of(new AgentEvent.Welcomed(epoch));
            case SchedulerCommand.Introduce it ->
                    Optional.of(new AgentEvent.Introduced(epoch, it.stage(), it.spec()));
            case SchedulerCommand.Grant it ->
                    Optional.of(
                            new AgentEvent.Granted(epoch, it.stage(), it.attempt(), it.tasks()));
            case SchedulerCommand.Revoke it ->
                    Optional.of(new AgentEvent.Revoked(epoch, it.stage(), it.tasks()));
            case SchedulerCommand.Stop it ->
                    Optional.of(
                            new AgentEvent.StopRequested(
                                    epoch, it.stage(), it.tasks(), it.signal()));
            case SchedulerCommand.Acknowledge it ->
                    Optional.of(new AgentEvent.Acknowledged(epoch, it.sequence()));
            case SchedulerCommand.Discard it ->
                    Optional.of(new AgentEvent.Discarded(epoch, it.stage(), it.tasks()));
            case SchedulerCommand.Copy it ->
                    Optional.of(
                            new AgentEvent.CopyOrdered(
                                    epoch, it.copy(), it.stage(), it.tasks(), it.source()));
            case SchedulerCommand.Forget it ->
                    Optional.of(new AgentEvent.Forgotten(epoch, it.job()));
            case SchedulerCommand.Close it -> Optional.empty();
        };
    }
}
