package dev.atoll.core.agent;

import java.time.Duration;

/**
 * The limits and patience of an agent.
 *
 * @param killGrace how long after the first signal a stopped attempt is killed
 * @param runningMax the most attempts that run at once, whatever they need
 * @param reportInterval while tasks wait here for others to end, so much time lies between the
 *     beginnings of two reports, a tick more at most
 */
public record AgentLimits(Duration killGrace, int runningMax, Duration reportInterval) {
    /** What serves well: 5 s, 1,024 attempts, 20 ms. */
    public static AgentLimits defaults() {
        return new AgentLimits(Duration.ofSeconds(5), 1_024, Duration.ofMillis(20));
    }
}
