package dev.atoll.benchmarks.contest;

import java.io.IOException;

/** What the tasks do, the same in every system that runs Java. */
public final class Work {
    private Work() {}

    /** Nothing. */
    public static int nothing(int item) {
        return item;
    }

    /** A process that does nothing. */
    public static int process(int item) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("/bin/true").start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException("/bin/true ended with " + exit);
        }
        return item;
    }

    /** A pause. */
    public static int pause(int item, int millis) throws InterruptedException {
        Thread.sleep(millis);
        return item;
    }

    /** So many bytes, which no one can guess or compress away by their being all alike. */
    public static byte[] bytes(int item, int count) {
        byte[] result = new byte[count];
        int state = item + 1;
        for (int i = 0; i < count; i++) {
            state = state * 1_664_525 + 1_013_904_223;
            result[i] = (byte) (state >>> 24);
        }
        return result;
    }

    /** Demands that the numbers below {@code count} have come back, each of them once. */
    public static void requireSum(long sum, int count) {
        if (sum != (long) count * (count - 1) / 2) {
            throw new IllegalStateException("the results are wrong: " + sum);
        }
    }

    /** Demands so many bytes. */
    public static void requireBytes(long bytes, long count) {
        if (bytes != count) {
            throw new IllegalStateException("%d bytes, not %d".formatted(bytes, count));
        }
    }
}
