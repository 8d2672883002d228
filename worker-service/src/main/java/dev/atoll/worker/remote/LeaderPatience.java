package dev.atoll.worker.remote;

import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.retry.Backoff;

import io.grpc.StatusRuntimeException;

import java.io.IOException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Tries a call to the master that leads again while nobody answers, from where it had come to, for
 * as long as its patience lasts without progress.
 */
public final class LeaderPatience {
    private static final Duration PAUSE_MIN = Duration.ofMillis(50);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(1);

    private final Duration patience;

    /**
     * @param patience how long to try without progress; longer than a failover takes
     */
    public LeaderPatience(Duration patience) {
        this.patience = patience;
    }

    /** How far a call has come, in whatever it counts. */
    static final class Progress {
        private long done;
        private long lastNanos = System.nanoTime();

        long done() {
            return done;
        }

        void advance(long by) {
            done += by;
            lastNanos = System.nanoTime();
        }
    }

    /** A call that goes on from where the one before had come to. */
    interface Call {
        void run(Progress progress) throws IOException;
    }

    /**
     * Runs a call until it succeeds.
     *
     * @throws IOException if it fails, or nobody answers for too long
     */
    void run(Call call) throws IOException {
        Progress progress = new Progress();
        Backoff backoff = new Backoff(PAUSE_MIN, PAUSE_MAX, RandomGenerator.getDefault());
        while (true) {
            try {
                call.run(progress);
                return;
            } catch (StatusRuntimeException | ApiException e) {
                ApiException failure = ApiException.from(e);
                boolean again =
                        failure.isUnavailable()
                                && System.nanoTime() - progress.lastNanos < patience.toNanos();
                if (!again) {
                    throw new IOException(failure.message(), failure);
                }
            }
            pause(backoff.next());
        }
    }

    static void pause(Duration pause) throws IOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
