package dev.atoll.worker.attempt;

import dev.atoll.core.model.Failure;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is counted and timed of attempts. */
public final class AttemptMetrics {
    private static final String ENDED = "atoll.worker.attempts";

    private final Timer spawn;
    private final Counter outputBytes;
    private final Counter succeeded;
    private final Map<Failure.Kind, Counter> failed = new EnumMap<>(Failure.Kind.class);

    public AttemptMetrics(MeterRegistry registry) {
        spawn =
                Timer.builder("atoll.worker.spawn")
                        .description("How long it takes to start a process")
                        .serviceLevelObjectives(
                                Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(25))
                        .register(registry);
        outputBytes =
                Counter.builder("atoll.worker.output")
                        .baseUnit("bytes")
                        .description("What tasks have written")
                        .register(registry);
        succeeded = ended(registry, "succeeded");
        for (Failure.Kind kind : Failure.Kind.values()) {
            failed.put(kind, ended(registry, kind.name().toLowerCase(Locale.ROOT)));
        }
    }

    void spawned(Duration took) {
        spawn.record(took);
    }

    void wrote(long bytes) {
        outputBytes.increment((double) bytes);
    }

    void ended(int count, Optional<Failure> failure) {
        failure.map(it -> failed.getOrDefault(it.kind(), succeeded))
                .orElse(succeeded)
                .increment(count);
    }

    private static Counter ended(MeterRegistry registry, String outcome) {
        return Counter.builder(ENDED)
                .tag("outcome", outcome)
                .description("Attempts that have ended")
                .register(registry);
    }
}
