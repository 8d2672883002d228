package dev.atoll.simulation.invariant;

import dev.atoll.core.agent.Agent;
import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.model.WorkerId;

import java.util.Map;
import java.util.TreeMap;

/** No worker does what a master of a lower epoch says after it has obeyed one of a higher. */
final class EpochMonotonic implements Invariant {
    private final Map<WorkerId, Long> obeyed = new TreeMap<>();
    private final Map<WorkerId, Long> speaking = new TreeMap<>();

    @Override
    public void observe(Observation observation) {
        switch (observation) {
            case Observation.WorkerStarted(WorkerId worker) -> obeyed.remove(worker);
            case Observation.OrderArrived(WorkerId worker, long epoch) ->
                    speaking.put(worker, epoch);
            case Observation.AgentHandled handled
                    when handled.event() instanceof AgentEvent.Order ->
                    handled(handled);
            default -> {}
        }
    }

    private void handled(Observation.AgentHandled handled) {
        WorkerId worker = handled.worker();
        long epoch = speaking.getOrDefault(worker, 0L);
        long highest = obeyed.getOrDefault(worker, 0L);
        if (epoch >= highest) {
            obeyed.put(worker, epoch);
            return;
        }
        Agent.Load after = handled.agent().load();
        int before = handled.before().queued() + handled.before().running();
        boolean isObeyed =
                after.queued() + after.running() != before
                        || handled.agent().epoch() < highest
                        || !handled.commands().isEmpty();
        if (isObeyed) {
            throw new InvariantViolation(
                    EpochMonotonic.class,
                    "worker %s has obeyed epoch %d and now does %s of epoch %d"
                            .formatted(worker, highest, handled.event(), epoch));
        }
    }
}
