package dev.atoll.naming.serving;

import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.Entry;
import dev.atoll.naming.store.Lease;
import dev.atoll.naming.store.Page;
import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.Txn;
import dev.atoll.naming.store.Watch;
import dev.atoll.naming.store.WatchNotice;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A store whose calls are timed, by operation, as "atoll.naming.store". */
public final class MeteredStore implements Store {
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(250_000),
        Duration.ofMillis(1),
        Duration.ofMillis(4),
        Duration.ofMillis(16),
        Duration.ofMillis(64),
        Duration.ofMillis(256),
        Duration.ofSeconds(1),
        Duration.ofSeconds(4),
    };

    private final Store store;
    private final MeterRegistry registry;
    private final Timer reads;
    private final Timer scans;
    private final Timer commits;
    private final Timer leases;

    public MeteredStore(Store store, MeterRegistry registry) {
        this.store = store;
        this.registry = registry;
        this.reads = timer("read");
        this.scans = timer("scan");
        this.commits = timer("commit");
        this.leases = timer("lease");
    }

    private Timer timer(String operation) {
        return Timer.builder("atoll.naming.store")
                .description("How long calls to the store take.")
                .tag("operation", operation)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    @Override
    public long revision() {
        return reads.record((Supplier<Long>) store::revision);
    }

    @Override
    public Optional<Entry> get(String key) {
        return reads.record(() -> store.get(key));
    }

    @Override
    public Page list(String prefix, String afterKey, int limit) {
        return reads.record(() -> store.list(prefix, afterKey, limit));
    }

    @Override
    public long scan(String prefix, Consumer<Entry> sink) {
        return scans.record((Supplier<Long>) () -> store.scan(prefix, sink));
    }

    @Override
    public CommitOutcome commit(Txn txn) {
        CommitOutcome outcome = commits.record(() -> store.commit(txn));
        String name = outcome.getClass().getSimpleName();
        registry.counter("atoll.naming.store.commits", "outcome", name).increment();
        return outcome;
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Consumer<WatchNotice> sink) {
        return store.watch(prefix, fromRevision, sink);
    }

    @Override
    public Lease grant(Duration timeToLive) {
        return leases.record(() -> store.grant(timeToLive));
    }

    @Override
    public Optional<Lease> keepAlive(long leaseId) {
        return leases.record(() -> store.keepAlive(leaseId));
    }

    @Override
    public void revoke(long leaseId) {
        leases.record(() -> store.revoke(leaseId));
    }

    @Override
    public void compact(long revision) {
        store.compact(revision);
    }

    @Override
    public void close() {
        store.close();
    }
}
