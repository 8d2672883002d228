package dev.atoll.master.loop;

import dev.atoll.core.scheduler.SchedulerEvent;
import dev.atoll.core.scheduler.SchedulerView.ClusterView;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What a master counts and times, over all its terms. Safe for use by several threads. */
public final class MasterMetrics {
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(2),
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
    };
    private static final ClusterView NOTHING = new ClusterView(0, 0, 0, 0, 0, 0, 0, 0);

    private final MeterRegistry registry;
    private final Timer tickLag;
    private final Timer dispatchLatency;
    private final Timer commitLatency;
    private final Map<Class<?>, Counter> events = new ConcurrentHashMap<>();
    private final Map<String, Counter> relayedBytes = new ConcurrentHashMap<>();
    private volatile ClusterView cluster = NOTHING;
    private volatile int mailboxSize;
    private volatile int parkedCount;
    private volatile long epoch;

    /** Registers the meters. */
    public MasterMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.tickLag = timer("atoll.master.loop.lag", "How late the loop's ticks were.");
        this.dispatchLatency =
                timer(
                        "atoll.master.dispatch.latency",
                        "From the arrival of an event to the leaving of its orders.");
        this.commitLatency =
                timer("atoll.master.ledger.commit.latency", "How long commits took to be durable.");
        gauge("atoll.master.epoch", "The epoch led; 0 while not leading.", m -> (double) m.epoch);
        gauge("atoll.master.mailbox.size", "Events and queries that wait.", m -> m.mailboxSize);
        gauge("atoll.master.parked.size", "Answers that wait for facts.", m -> m.parkedCount);
        gauge("atoll.master.nodes.ready", "Ready nodes.", m -> m.cluster.readyWorkers());
        gauge("atoll.master.jobs.active", "Unfinished jobs.", m -> m.cluster.activeJobs());
        taskGauge("waiting", m -> (double) m.cluster.waitingTasks());
        taskGauge("running", m -> (double) m.cluster.runningTasks());
        taskGauge("succeeded", m -> (double) m.cluster.succeededTasks());
    }

    /** Bytes of content passed through this master. */
    public void relayed(String what, long bytes) {
        relayedBytes
                .computeIfAbsent(
                        what,
                        w ->
                                Counter.builder("atoll.master.relayed.bytes")
                                        .description("Bytes passed through, by what they are.")
                                        .tag("what", w)
                                        .register(registry))
                .increment((double) bytes);
    }

    void leading(long newEpoch) {
        epoch = newEpoch;
        if (newEpoch == 0) {
            cluster = NOTHING;
            mailboxSize = 0;
            parkedCount = 0;
        }
    }

    void handled(SchedulerEvent event) {
        events.computeIfAbsent(
                        event.getClass(),
                        type ->
                                Counter.builder("atoll.master.events")
                                        .description("Events handled, by kind.")
                                        .tag("kind", type.getSimpleName())
                                        .register(registry))
                .increment();
    }

    void ticked(long lateNanos, ClusterView now, int mailbox, int parked) {
        tickLag.record(lateNanos, TimeUnit.NANOSECONDS);
        cluster = now;
        mailboxSize = mailbox;
        parkedCount = parked;
    }

    void dispatched(long nanos) {
        dispatchLatency.record(nanos, TimeUnit.NANOSECONDS);
    }

    void committed(long nanos) {
        commitLatency.record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private void gauge(String name, String doc, ToDoubleFunction<MasterMetrics> value) {
        Gauge.builder(name, this, value).description(doc).register(registry);
    }

    private void taskGauge(String state, ToDoubleFunction<MasterMetrics> value) {
        Gauge.builder("atoll.master.tasks", this, value)
                .description("Tasks of active jobs by state; succeeded: under this master.")
                .tag("state", state)
                .register(registry);
    }
}
