package dev.atoll.worker.warm;

import com.google.protobuf.ByteString;

import dev.atoll.core.model.RangeSet;
import dev.atoll.core.model.Ranges;
import dev.atoll.worker.execution.OutputSink;
import dev.atoll.worker.execution.ProcessEnd;

import org.jspecify.annotations.Nullable;

/** Tasks on their way through a warm program, one after the other. Thread-safe. */
public final class WarmBatch {
    private final WarmPool pool;
    private final WarmTasks tasks;
    private final Listener listener;

    /** What no program was given. */
    private final RangeSet unsent; // Guarded by this.

    private volatile @Nullable WarmProcess process;

    /** Hears of the tasks; of one after the other, though on any thread. */
    public interface Listener {
        /** A task has written something. */
        void wrote(int index, OutputSink.Stream stream, ByteString bytes);

        /** A task has ended; nothing more is said of it. */
        void ended(int index, ProcessEnd how);

        /** Some tasks have not begun, and will not; nothing more is said of them. */
        void returned(Ranges indexes);

        /** That was all for now. */
        void paused();
    }

    WarmBatch(WarmPool pool, WarmTasks tasks, Listener listener) {
        this.pool = pool;
        this.tasks = tasks;
        this.listener = listener;
        this.unsent = new RangeSet(Ranges.between(tasks.first(), tasks.end()));
    }

    WarmTasks tasks() {
        return tasks;
    }

    Listener listener() {
        return listener;
    }

    /** Begins; returns at once. */
    public void begin() {
        pool.place(this);
    }

    /**
     * Sends a signal to some of the tasks. Those that have not begun are given back; those that
     * have are asked to end, and by KILL their program is ended.
     *
     * @param signal 0: those that have begun go on
     */
    public void signal(Ranges indexes, int signal) {
        giveBack(takeBack(indexes));
        WarmProcess runsIn = process;
        // It may be on its way from one process to another.
        while (runsIn != null && !runsIn.stop(this, indexes, signal)) {
            runsIn = process;
        }
    }

    private void giveBack(Ranges indexes) {
        if (!indexes.isEmpty()) {
            listener.returned(indexes);
            listener.paused();
        }
    }

    // ---- for its process

    /** It is in the hands of this process now, or, where there is none, of nobody. */
    void moveTo(@Nullable WarmProcess runsIn) {
        process = runsIn;
    }

    /** The next task that no program was given, which one is now; -1 if there is none. */
    synchronized int takeNext() {
        int next = unsent.nextAtOrAfter(0);
        if (next >= 0) {
            unsent.remove(next, next + 1);
        }
        return next;
    }

    /** Of these tasks, those that no program was given, and none will be. */
    synchronized Ranges takeBack(Ranges indexes) {
        Ranges taken = unsent.intersection(indexes);
        unsent.removeAll(taken);
        return taken;
    }

    /** All that no program was given, and none will be. */
    synchronized Ranges takeBackAll() {
        return unsent.takeFirst(unsent.size());
    }

    /** Whether every task was given to a program, or back. */
    synchronized boolean isAllSent() {
        return unsent.isEmpty();
    }

    /** The first task that no program was given; -1 if there is none. */
    synchronized int firstUnsent() {
        return unsent.nextAtOrAfter(0);
    }
}
