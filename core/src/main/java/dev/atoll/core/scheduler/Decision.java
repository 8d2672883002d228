package dev.atoll.core.scheduler;

import java.util.List;

/**
 * What follows from one event: facts, which are applied already and must be made durable in order,
 * and commands, of which the revealing ones wait until those facts are durable.
 *
 * @param cause the cause of the event
 */
public record Decision(String cause, List<Fact> facts, List<SchedulerCommand> commands) {
    public Decision {
        facts = List.copyOf(facts);
        commands = List.copyOf(commands);
    }
}
