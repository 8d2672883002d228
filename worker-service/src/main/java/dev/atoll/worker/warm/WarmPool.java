package dev.atoll.worker.warm;

import dev.atoll.worker.execution.MemoryWatch;
import dev.atoll.worker.execution.ProcessStarter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The warm programs of this worker: each runs tasks of its kind, waits a while for more, and ends.
 * Thread-safe.
 */
public final class WarmPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmPool.class);
    private static final Duration HELLO_PATIENCE = Duration.ofMinutes(1);

    /** How long a program that was asked to end has for it. */
    private static final Duration END_PATIENCE = Duration.ofSeconds(5);

    private static final int KINDS_REMEMBERED_MAX = 256;

    private final Tools tools;
    private final Limits limits;
    private final Map<WarmKind, List<WarmProcess>> processes = new HashMap<>(); // Guarded by this.
    private final Map<WarmKind, Integer> slots = new LinkedHashMap<>(); // Guarded by this.
    private boolean closed; // Guarded by this.

    /** What programs are run with. */
    public record Tools(ProcessStarter starter, WarmLaunching launching, MemoryWatch memory) {}

    /**
     * How many wait for tasks, and how long.
     *
     * @param idleMax the most programs that run and have no task; the one that was idle for longest
     *     goes first
     * @param idleTime how long one waits
     */
    public record Limits(int idleMax, Duration idleTime) {}

    public WarmPool(Tools tools, Limits limits) {
        this.tools = tools;
        this.limits = limits;
    }

    /** Tasks that begin when they are told to. */
    public WarmBatch batch(WarmTasks tasks, WarmBatch.Listener listener) {
        return new WarmBatch(this, tasks, listener);
    }

    /** Finds a place for a batch in a program, or starts one. */
    void place(WarmBatch batch) {
        WarmKind kind = batch.tasks().kind();
        WarmProcess fresh;
        synchronized (this) {
            int hoped = slots.getOrDefault(kind, 0);
            List<WarmProcess> alike = processes.computeIfAbsent(kind, _ -> new ArrayList<>());
            for (WarmProcess process : alike) {
                if (process.offer(batch, hoped)) {
                    return;
                }
            }
            fresh = new WarmProcess(kind, this);
            fresh.offer(batch, hoped);
            alike.add(fresh);
            if (closed) {
                fresh.kill();
            }
        }
        Thread thread = Thread.ofPlatform().daemon().name("warm-", 0).unstarted(() -> run(fresh));
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            LOG.error("there are too many threads to run a warm program", e);
            forget(fresh);
            fresh.endsUnbegun();
        }
    }

    private void run(WarmProcess process) {
        try {
            process.run(tools);
        } catch (RuntimeException | Error e) {
            LOG.error("running a warm program failed", e);
            process.kill();
            throw e;
        } finally {
            forget(process);
        }
    }

    private synchronized void forget(WarmProcess process) {
        List<WarmProcess> alike = processes.getOrDefault(process.kind(), new ArrayList<>());
        alike.remove(process);
        if (alike.isEmpty()) {
            processes.remove(process.kind());
        }
    }

    /** A kind of program takes so many batches at once. */
    synchronized void knows(WarmKind kind, int count) {
        slots.remove(kind);
        slots.put(kind, count);
        if (slots.size() > KINDS_REMEMBERED_MAX) {
            slots.remove(slots.keySet().iterator().next());
        }
    }

    /** A program has nothing to do: if too many have not, the one that waits longest ends. */
    synchronized void mayBeIdle() {
        long now = System.nanoTime();
        List<Idle> idle = new ArrayList<>();
        for (WarmProcess process : all()) {
            Duration time = process.idleFor(now);
            if (!process.isRetired() && time.isPositive()) {
                idle.add(new Idle(process, time));
            }
        }
        idle.sort(Comparator.comparing(Idle::time).reversed());
        for (Idle tooMuch : idle.subList(0, Math.max(0, idle.size() - limits.idleMax()))) {
            tooMuch.process().retire();
        }
    }

    private record Idle(WarmProcess process, Duration time) {}

    /** Ends what has waited for long enough; called now and then. */
    public void sweep() {
        for (WarmProcess process : all()) {
            process.expectHello(HELLO_PATIENCE);
            Duration idle = process.idleFor(System.nanoTime());
            if (process.isRetired()) {
                if (idle.compareTo(END_PATIENCE) > 0) {
                    process.kill();
                }
            } else if (idle.compareTo(limits.idleTime()) > 0) {
                process.retire();
            }
        }
    }

    /** How many programs run. */
    public synchronized int size() {
        return processes.values().stream().mapToInt(List::size).sum();
    }

    private synchronized List<WarmProcess> all() {
        return processes.values().stream().flatMap(List::stream).toList();
    }

    /** Ends all. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        all().forEach(WarmProcess::kill);
    }
}
