package dev.atoll.core.agent;

import java.time.Duration;

/**
 * The limits and patience of an agent.
 *
 * @param killGrace how long after the first signal a stopped attempt is killed
 * @param runningMax the most attempts that run at once, whatever they need
 */
public record AgentLimits(Duration killGrace, int runningMax) {
    /** What serves well: 5 s, 1,024 attempts. */
    public static AgentLimits defaults() {
        return new AgentLimits(Duration.ofSeconds(5), 1_024);
    }
}
