package dev.atoll.master.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What waits for the loop. Many threads put in, one takes out, everything in order. */
final class Mailbox {
    /* Two doors: whoever can be told to come back later goes through `offer`, which refuses at the
     * limit. What bounds itself (a session has a few messages under way, one commit is in flight)
     * goes through `put`, which never refuses while the box is open: refusing an answer of the
     * ledger would stop everything. */

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Letter> letters = new ArrayDeque<>();
    private boolean closed;

    /**
     * Something for the loop.
     *
     * @param arrivedNanos when it came, by the monotonic clock
     */
    record Letter(long arrivedNanos, Runnable task) {}

    /**
     * A mailbox.
     *
     * @param capacity how many letters may wait before {@link #offer} refuses, at least 1
     */
    Mailbox(int capacity) {
        this.capacity = capacity;
    }

    /** Puts in a letter unless the box is full or closed. */
    boolean offer(Runnable task) {
        return add(task, capacity);
    }

    /** Puts in a letter unless the box is closed. */
    boolean put(Runnable task) {
        return add(task, Integer.MAX_VALUE);
    }

    /** Takes out letters, the oldest first; waits for the first until the time is over. */
    List<Letter> take(int countMax, long waitNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long rest = waitNanos;
            while (letters.isEmpty() && rest > 0 && !closed) {
                rest = arrived.awaitNanos(rest);
            }
            int count = Math.min(countMax, letters.size());
            List<Letter> taken = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                taken.add(letters.removeFirst());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** How many letters wait. */
    int size() {
        lock.lock();
        try {
            return letters.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether every letter is refused for good. */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses every letter from now on and forgets those that wait. */
    void close() {
        lock.lock();
        try {
            closed = true;
            letters.clear();
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean add(Runnable task, int limit) {
        Letter letter = new Letter(System.nanoTime(), task);
        lock.lock();
        try {
            if (closed || letters.size() >= limit) {
                return false;
            }
            letters.addLast(letter);
            if (letters.size() == 1) {
                arrived.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
