package dev.atoll.core.agent;

import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.Resources;
import dev.atoll.core.model.StageRef;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The worker's mind. One thread owns it; time comes in with the events. */
@SuppressWarnings("DoNotCallSuggester")
public final class Agent {
    /**
     * An agent without tasks.
     *
     * @param offer what this machine offers; what runs at once never needs more
     * @param held the successful outputs that are whole on the disk
     */
    public Agent(Resources offer, AgentLimits limits, Map<StageRef, Ranges> held) {}

    /**
     * Decides what follows from an event.
     *
     * @param now by this process's monotonic clock; never goes back
     */
    public List<AgentCommand> handle(Instant now, AgentEvent event) {
        throw new UnsupportedOperationException();
    }

    /** What runs and what waits now. */
    public Load load() {
        throw new UnsupportedOperationException();
    }

    /** The load of a worker. */
    public record Load(int cpuMillisUsed, long memoryBytesUsed, int running, int queued) {}

    /**
     * Checks every invariant.
     *
     * @throws IllegalStateException with the story of what is wrong
     */
    public void validate() {}
}
