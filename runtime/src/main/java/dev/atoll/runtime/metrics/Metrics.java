package dev.atoll.runtime.metrics;

import io.grpc.ServerInterceptor;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** What a process counts and times, and whether it is well. */
public final class Metrics implements AutoCloseable {
    private static final Duration[] CALL_BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofMillis(2_500),
    };

    private final PrometheusMeterRegistry registry;
    private final JvmGcMetrics garbageCollection;
    private final ServerInterceptor callTimer;
    private final Map<String, BooleanSupplier> healthChecks;
    private final Map<String, Supplier<Optional<String>>> notices;

    /** Counts and times nothing but the JVM, at first. */
    public Metrics() {
        this.registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        this.garbageCollection = new JvmGcMetrics();
        this.healthChecks = new ConcurrentSkipListMap<>();
        this.notices = new ConcurrentSkipListMap<>();
        Gauge.builder("atoll.degraded", this, metrics -> metrics.degraded().size())
                .description("How many parts are degraded; /healthz says which.")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        this.callTimer =
                new MetricCollectingServerInterceptor(
                        registry, UnaryOperator.identity(), Metrics::withBuckets);
    }

    /**
     * Where meters are registered. Names are like "atoll.master.queue.depth", units spelled out.
     */
    public MeterRegistry registry() {
        return registry;
    }

    /** Counts and times the calls of a server, by method and status. */
    public ServerInterceptor callTimer() {
        return callTimer;
    }

    /** Adds something that must be well for the process to be well. */
    public void addHealthCheck(String name, BooleanSupplier isWell) {
        healthChecks.put(name, isWell);
    }

    /**
     * Adds something that may be degraded: the process does what it can, and starting it anew would
     * help nobody.
     *
     * @param degraded tells how, in a sentence, or nothing
     */
    public void addNotice(String name, Supplier<Optional<String>> degraded) {
        notices.put(name, degraded);
    }

    /** What is degraded now, and how, in order. */
    public List<String> degraded() {
        List<String> sentences = new ArrayList<>();
        notices.forEach((name, degraded) ->
                degraded.get().ifPresent(how -> sentences.add(name + ": " + how)));
        return sentences;
    }

    /** The names of the health checks that are not well now, in order. */
    public List<String> unwell() {
        return healthChecks.entrySet().stream()
                .filter(check -> !check.getValue().getAsBoolean())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Every meter in the text format of Prometheus. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }

    private static Timer.Builder withBuckets(Timer.Builder timer) {
        return timer.serviceLevelObjectives(CALL_BUCKETS);
    }
}
