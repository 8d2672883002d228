package dev.atoll.master.loop;

import dev.atoll.core.model.JobId;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes whoever watches a job when it has changed. Safe for use by several threads. */
public final class JobSignals {
    private final ConcurrentMap<JobId, CopyOnWriteArraySet<Signal>> signals =
            new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** One watch of one job. Changes that come while nobody waits count as one. */
    public final class Signal implements AutoCloseable {
        private final JobId job;
        private final Semaphore changed = new Semaphore(0);

        private Signal(JobId job) {
            this.job = job;
        }

        /** Waits until the job has changed since the wait before, at most so long. */
        public void await(Duration most) throws InterruptedException {
            if (changed.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
                changed.drainPermits();
            }
        }

        @Override
        public void close() {
            signals.computeIfPresent(
                    job,
                    (_, watches) -> {
                        watches.remove(this);
                        return watches.isEmpty() ? null : watches;
                    });
        }

        private void wake() {
            if (changed.availablePermits() == 0) {
                changed.release();
            }
        }
    }

    /** Watches a job, which need not exist. */
    public Signal watch(JobId job) {
        Signal signal = new Signal(job);
        signals.compute(
                job,
                (_, watches) -> {
                    CopyOnWriteArraySet<Signal> all =
                            watches == null ? new CopyOnWriteArraySet<>() : watches;
                    all.add(signal);
                    return all;
                });
        if (closed) {
            signal.wake();
        }
        return signal;
    }

    /** The job has changed. Does not block. */
    void changed(JobId job) {
        CopyOnWriteArraySet<Signal> watches = signals.get(job);
        if (watches != null) {
            watches.forEach(Signal::wake);
        }
    }

    /** Wakes everybody: nothing will change any more. */
    void close() {
        closed = true;
        signals.values().forEach(watches -> watches.forEach(Signal::wake));
    }
}
