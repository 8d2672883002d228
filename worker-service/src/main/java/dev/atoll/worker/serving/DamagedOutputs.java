package dev.atoll.worker.serving;

import dev.atoll.core.agent.AgentEvent;
import dev.atoll.core.model.Ranges;
import dev.atoll.core.model.StageRef;
import dev.atoll.worker.segment.DamagedOutputException;
import dev.atoll.worker.segment.SegmentStore;

import io.micrometer.core.instrument.Counter;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.Consumer;

/** Drops outputs that were found damaged when somebody read them, and tells the agent. */
public final class DamagedOutputs {
    private static final Logger LOG = LoggerFactory.getLogger(DamagedOutputs.class);

    private final SegmentStore segments;
    private final Counter found;
    private volatile @Nullable Consumer<AgentEvent> agent;

    /**
     * @param found counts them
     */
    public DamagedOutputs(SegmentStore segments, Counter found) {
        this.segments = segments;
        this.found = found;
    }

    /** From now on there is an agent, which knows what is held. */
    public void tell(Consumer<AgentEvent> newAgent) {
        agent = newAgent;
    }

    /** An output was found damaged. */
    void found(StageRef stage, DamagedOutputException damage) {
        found.increment();
        LOG.error("an output of stage {} is damaged on this disk: {}", stage, damage.getMessage());
        Consumer<AgentEvent> now = agent;
        if (now != null) {
            Ranges task = Ranges.of(damage.task());
            segments.dropDamaged(
                    stage, damage, () -> now.accept(new AgentEvent.OutputsDamaged(stage, task)));
        }
    }
}
