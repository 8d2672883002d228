package dev.atoll.naming.store.file;

import dev.atoll.naming.store.StoreUnavailableException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The one thread that owns a file store: it takes calls, makes them durable, and answers. */
final class StoreLoop implements Runnable {
    /** What a caller wants done. */
    interface Call {
        /**
         * Does it, and says what is to happen once everything done so far is durable: usually, to
         * complete the answer.
         */
        Runnable step(StoreMachine machine, Watchers watchers, long nowNanos);

        /** Tells the caller that it was not done, or that nobody knows. */
        void fail(StoreUnavailableException e);
    }

    private static final Logger LOG = LoggerFactory.getLogger(StoreLoop.class);

    /** Calls that may wait for their turn; more are refused when their time is up. */
    private static final int CALLS_MAX = 4_096;

    /** Calls that share one write to disk at most. */
    private static final int TURN_CALLS_MAX = 512;

    /** A turn takes no further call when its records have this size. */
    private static final long TURN_BYTES_MAX = 4 << 20;

    /** How often the leases are looked at when nothing happens. */
    private static final Duration TICK = Duration.ofMillis(100);

    /** Being away for longer than a tick and this long counts as having been deaf. */
    private static final Duration DEAF_AFTER = Duration.ofSeconds(1);

    private static final Call NOTHING =
            new Call() {
                @Override
                public Runnable step(StoreMachine machine, Watchers watchers, long nowNanos) {
                    return () -> {};
                }

                @Override
                public void fail(StoreUnavailableException e) {
                    // Nobody waits for it.
                }
            };

    private final BlockingQueue<Call> calls = new ArrayBlockingQueue<>(CALLS_MAX);
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final StoreMachine machine;
    private final Watchers watchers;
    private final Disk disk;
    private final Consumer<Exception> onBroken;
    private volatile boolean stopping;
    private long awakeNanos;
    private @Nullable StoreUnavailableException broken;

    /** What there was no room for. It counts for this process, and nobody has heard of it. */
    private Optional<StoreMachine.Turn> owed = Optional.empty();

    StoreLoop(StoreMachine machine, Watchers watchers, Disk disk, Consumer<Exception> onBroken) {
        this.machine = machine;
        this.watchers = watchers;
        this.disk = disk;
        this.onBroken = onBroken;
    }

    /** Puts a call in the queue; false when it stayed full for so long. */
    boolean offer(Call call, Duration timeout) throws InterruptedException {
        return calls.offer(call, timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Asks the loop to end; complete when it has. */
    CompletableFuture<Void> stop() {
        stopping = true;
        // Wakes the loop; with a full queue it is awake anyway.
        var _ = calls.offer(NOTHING);
        return stopped;
    }

    /** Whether the loop has ended: a call that is offered now is never looked at. */
    boolean hasStopped() {
        return stopped.isDone();
    }

    @Override
    public void run() {
        awakeNanos = System.nanoTime();
        try {
            while (!stopping) {
                List<Call> turn = takeTurn();
                if (broken == null) {
                    turn(turn);
                } else {
                    failAll(turn, broken);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("interrupted: the store stops");
        } finally {
            end();
        }
    }

    private List<Call> takeTurn() throws InterruptedException {
        List<Call> turn = new ArrayList<>();
        Call first = calls.poll(TICK.toNanos(), TimeUnit.NANOSECONDS);
        if (first != null) {
            turn.add(first);
        }
        return turn;
    }

    private void turn(List<Call> turn) {
        List<Runnable> answers = new ArrayList<>();
        try {
            // First what is owed: until it is durable memory is ahead, so nothing can be answered.
            // And nobody is heard, so no lease ends.
            writeOwed();
            long now = wake();
            step(turn, answers, now);
            machine.expire(now);
            write(machine.takeTurn());
            answers.forEach(Runnable::run);
            disk.rotateIfLarge();
        } catch (DiskFullException e) {
            failAll(turn, new StoreUnavailableException(String.valueOf(e.getMessage()), e));
        } catch (IOException | RuntimeException e) {
            failAll(turn, breakDown(e));
        }
    }

    /** Makes what was done durable and lets those who watch hear of it. */
    private void write(StoreMachine.Turn done) throws IOException {
        if (done.isEmpty()) {
            return;
        }
        try {
            disk.write(done.records());
        } catch (DiskFullException e) {
            LOG.error("there is no room on the disk: the store answers nothing until there is");
            owed = Optional.of(done);
            throw e;
        }
        done.changes().forEach(watchers::publish);
    }

    private void writeOwed() throws IOException {
        if (owed.isPresent()) {
            disk.write(owed.get().records());
            owed.get().changes().forEach(watchers::publish);
            owed = Optional.empty();
            LOG.info("there is room on the disk again");
        }
    }

    /** Does the calls of the turn, and those that have come meanwhile while there is room. */
    private void step(List<Call> turn, List<Runnable> answers, long now) {
        int done = 0;
        while (done < turn.size()) {
            answers.add(turn.get(done).step(machine, watchers, now));
            done++;
            if (done == turn.size()
                    && done < TURN_CALLS_MAX
                    && machine.turnBytes() < TURN_BYTES_MAX) {
                calls.drainTo(turn, 1);
            }
        }
    }

    private long wake() {
        long now = System.nanoTime();
        Duration away = Duration.ofNanos(now - awakeNanos).minus(TICK);
        awakeNanos = now;
        if (away.compareTo(DEAF_AFTER) > 0) {
            LOG.warn("the store was away for {} ms: leases live that much longer", away.toMillis());
            machine.postponeExpiry(away);
        }
        return now;
    }

    /**
     * After a failed write nobody knows what is on disk, and the state in memory is ahead of it:
     * only reading the files again tells the truth.
     */
    private StoreUnavailableException breakDown(Exception cause) {
        LOG.error("the store broke and must be opened again", cause);
        StoreUnavailableException e =
                new StoreUnavailableException("the store broke: " + cause, cause);
        broken = e;
        watchers.endAll("the store broke");
        onBroken.accept(cause);
        return e;
    }

    private void end() {
        stopping = true;
        watchers.endAll("the store is closed");
        List<Call> left = new ArrayList<>();
        calls.drainTo(left);
        failAll(left, new StoreUnavailableException("the store is closed"));
        stopped.complete(null);
    }

    private static void failAll(List<Call> calls, StoreUnavailableException e) {
        calls.forEach(call -> call.fail(e));
    }
}
