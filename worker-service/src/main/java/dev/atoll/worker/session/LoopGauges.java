package dev.atoll.worker.session;

import dev.atoll.core.agent.Agent;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.time.Duration;

/** What is shown of the agent's loop: its load, and how late it is. */
public final class LoopGauges {
    private final Timer lag;
    private volatile Agent.Load load = new Agent.Load(0, 0, 0, 0);

    public LoopGauges(MeterRegistry registry) {
        Gauge.builder("atoll.worker.running", () -> load.running())
                .description("Attempts that run")
                .register(registry);
        Gauge.builder("atoll.worker.queued", () -> load.queued())
                .description("Tasks that were granted and wait for resources")
                .register(registry);
        Gauge.builder("atoll.worker.cpu.used", () -> load.cpuMillisUsed() / 1000.0)
                .description("Processors that running tasks hold")
                .register(registry);
        lag =
                Timer.builder("atoll.worker.loop.lag")
                        .description("From an event's arrival to its handling in the agent's loop")
                        .serviceLevelObjectives(
                                Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(100))
                        .register(registry);
    }

    void set(Agent.Load now) {
        load = now;
    }

    void lagged(long nanos) {
        lag.record(Duration.ofNanos(nanos));
    }
}
