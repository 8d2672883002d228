package dev.atoll.naming.serving;

import dev.atoll.naming.store.Store;
import dev.atoll.naming.store.StoreUnavailableException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Asks the store again and again whether it is there, and has it forget old history. */
public final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final Duration HISTORY_AGE_MAX = Duration.ofMinutes(10);
    private static final long HISTORY_REVISIONS_MAX = 10_000;

    private final Store store;
    private final Consumer<Boolean> onReachable;
    private final Retention retention = new Retention(HISTORY_AGE_MAX, HISTORY_REVISIONS_MAX);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean reachable;
    private volatile String trouble = "";

    private Upkeep(Store store, Consumer<Boolean> onReachable) {
        this.store = store;
        this.onReachable = onReachable;
    }

    /**
     * Starts; the first answer is there when this returns.
     *
     * @param onReachable hears at first and at each change whether the store answers
     */
    public static Upkeep start(Store store, Consumer<Boolean> onReachable) {
        Upkeep upkeep = new Upkeep(store, onReachable);
        boolean answers = upkeep.look();
        upkeep.reachable = answers;
        onReachable.accept(answers);
        Thread.ofVirtual().name("upkeep").start(upkeep::run);
        return upkeep;
    }

    /** Whether the store answered when it was last asked. */
    public boolean isReachable() {
        return reachable;
    }

    /** Why the store does not answer, in a sentence; empty if it does. */
    public Optional<String> trouble() {
        return reachable ? Optional.empty() : Optional.of(trouble);
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void run() {
        try {
            while (!closed.await(PERIOD.toNanos(), TimeUnit.NANOSECONDS)) {
                boolean answers = look();
                if (answers != reachable) {
                    if (answers) {
                        LOG.info("the store answers again");
                    } else {
                        LOG.warn("the store does not answer: {}", trouble);
                    }
                    reachable = answers;
                    onReachable.accept(answers);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the upkeep ends");
        }
    }

    private boolean look() {
        try {
            OptionalLong target = retention.note(System.nanoTime(), store.revision());
            if (target.isPresent()) {
                store.compact(target.getAsLong());
            }
            return true;
        } catch (StoreUnavailableException e) {
            LOG.debug("the store does not answer", e);
            trouble = String.valueOf(e.getMessage());
            return false;
        }
    }
}
