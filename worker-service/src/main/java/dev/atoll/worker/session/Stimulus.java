package dev.atoll.worker.session;

import dev.atoll.core.agent.AgentEvent;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What comes into the agent's loop. */
sealed interface Stimulus {
    /** Something has happened on this machine. */
    record Happened(AgentEvent event) implements Stimulus {}

    /** A session is open. */
    record Opened(MasterSession session) implements Stimulus {}

    /**
     * The master has said something.
     *
     * @param heartbeatInterval how often it wants to hear from the worker, if it said so
     */
    record Said(
            MasterSession session,
            List<AgentEvent.Order> orders,
            Optional<Duration> heartbeatInterval)
            implements Stimulus {}

    /** A session is over. */
    record Ended(MasterSession session) implements Stimulus {}
}
