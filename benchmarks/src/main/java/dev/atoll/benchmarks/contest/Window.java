package dev.atoll.benchmarks.contest;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;

/** Futures, of which only so many are on their way at a time. */
public final class Window {
    private Window() {}

    /** Submits all, waits for each in order, and sums what they measure. */
    public static <R> long run(
            int count, int size, IntFunction<Future<R>> submit, ToLongFunction<R> measure)
            throws Exception {
        Queue<Future<R>> waiting = new ArrayDeque<>();
        long sum = 0;
        for (int i = 0; i < count; i++) {
            if (waiting.size() == size) {
                sum += measure.applyAsLong(waiting.remove().get());
            }
            waiting.add(submit.apply(i));
        }
        while (!waiting.isEmpty()) {
            sum += measure.applyAsLong(waiting.remove().get());
        }
        return sum;
    }

    /** How many results of so many bytes may be on their way. */
    public static int ofBytes(int bytes) {
        return Math.max(1, Math.min(Contestant.WINDOW, Contestant.WINDOW_BYTES / bytes));
    }
}
