package dev.atoll.worker.execution;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Looks several times a second at how much memory launches occupy, and speaks up when one has more
 * than it may. A launch that grows by gigabytes within a quarter of a second may get past its limit
 * for as long; what leaves the session is not counted. Sees nothing where there is no /proc.
 */
public final class MemoryWatch implements AutoCloseable {
    /* A limit on address space (RLIMIT_AS) would stop every JVM, which reserves much more than it
     * uses. The resident pages of all processes of a session are a cheap upper bound: pages that they
     * share count several times. Only when that bound is above the limit, the true proportional share
     * is read, which makes the kernel walk the page tables. */
    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);
    private static final Duration INTERVAL = Duration.ofMillis(250);
    private static final long PAGE_BYTES = 4_096;
    private static final Path VMSTAT = Path.of("/proc/vmstat");

    private final ProcessTable table = new ProcessTable();
    private final Map<Long, Watched> sessions = new ConcurrentHashMap<>();
    private final AtomicLong kernelKills = new AtomicLong(kernelKills());
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("memory-watch").factory());

    private record Watched(long limitBytes, LongConsumer onExceeded) {}

    /** The watch over one launch. */
    public interface Watching extends AutoCloseable {
        @Override
        void close();
    }

    public MemoryWatch() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::look,
                        INTERVAL.toMillis(),
                        INTERVAL.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /**
     * Watches a session.
     *
     * @param onExceeded hears, perhaps more than once, how many bytes there were too many to allow
     */
    public Watching watch(long session, long limitBytes, LongConsumer onExceeded) {
        Watched watched = new Watched(limitBytes, onExceeded);
        sessions.put(session, watched);
        return () -> sessions.remove(session, watched);
    }

    /** Whether the kernel has killed some process for want of memory since this was asked last. */
    public boolean kernelHasKilled() {
        long now = kernelKills();
        return kernelKills.getAndSet(now) < now;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void look() {
        if (sessions.isEmpty()) {
            return;
        }
        try {
            Map<Long, Long> resident = new HashMap<>();
            List<ProcessTable.Entry> entries = table.entries();
            for (ProcessTable.Entry entry : entries) {
                resident.merge(entry.session(), entry.residentPages() * PAGE_BYTES, Long::sum);
            }
            sessions.forEach((session, watched) -> {
                if (resident.getOrDefault(session, 0L) > watched.limitBytes()) {
                    judge(session, watched, entries);
                }
            });
        } catch (RuntimeException e) {
            LOG.warn("cannot look at the memory of tasks", e);
        }
    }

    private void judge(long session, Watched watched, List<ProcessTable.Entry> entries) {
        long bytes =
                entries.stream()
                        .filter(entry -> entry.session() == session)
                        .mapToLong(entry -> table.proportionalBytes(entry.pid()))
                        .sum();
        if (bytes > watched.limitBytes()) {
            watched.onExceeded().accept(bytes);
        }
    }

    private static long kernelKills() {
        try (var lines = Files.lines(VMSTAT)) {
            return lines.filter(line -> line.startsWith("oom_kill "))
                    .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            // A kernel that does not count them.
            return 0;
        }
    }
}
