package dev.atoll.master.testing;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** How long tests wait for what must come. Never how fast something has to be. */
public final class Times {
    public static final long LONG_SECONDS = 30;
    public static final TimeUnit UNIT = TimeUnit.SECONDS;

    private Times() {}

    public static void require(boolean condition, String complaint) {
        if (!condition) {
            throw new AssertionError(complaint);
        }
    }

    /** Takes what must come. */
    public static <T> T take(BlockingQueue<T> queue, String what) throws InterruptedException {
        T taken = queue.poll(LONG_SECONDS, UNIT);
        if (taken == null) {
            throw new AssertionError("there came no " + what);
        }
        return taken;
    }

    /** Something that must become true. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** Waits until a condition holds. */
    public static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + UNIT.toNanos(LONG_SECONDS);
        while (!condition.holds()) {
            require(System.nanoTime() < end, "in vain: " + what);
            Thread.sleep(5);
        }
    }
}
