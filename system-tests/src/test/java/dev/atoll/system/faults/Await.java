package dev.atoll.system.faults;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for conditions, with a limit far above anything that they take. */
final class Await {
    private static final long LOOK_MILLIS = 20;

    private Await() {}

    /**
     * Waits until a condition holds; one that throws does not hold.
     *
     * @param what for the message when it does not in time
     * @throws AssertionError when it does not in time
     */
    static void until(String what, Duration most, Callable<Boolean> condition)
            throws InterruptedException {
        long endNanos = System.nanoTime() + most.toNanos();
        Exception last = new Exception("it never held");
        while (System.nanoTime() - endNanos < 0) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                last = e;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        throw new AssertionError("not within %s: %s".formatted(most, what), last);
    }
}
