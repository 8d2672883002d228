package dev.atoll.client;

import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.retry.Backoff;

import io.grpc.Channel;

import org.jspecify.annotations.Nullable;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Repeats calls until the leading master has answered. Every RPC of the cluster may be repeated, so
 * the caller only has to send the same request, with the same request id.
 */
final class Caller implements AutoCloseable {
    private static final Duration PAUSE_BASE = Duration.ofMillis(20);
    private static final Duration PAUSE_CAP = Duration.ofSeconds(1);

    /** A wait that is longer than this is worth a word. */
    private static final Duration SILENT_MAX = Duration.ofSeconds(3);

    private final Endpoints endpoints;
    private final ConnectOptions options;
    private final Workers workers;
    private volatile boolean reached;
    private volatile Consumer<String> onWaiting = _ -> {};

    Caller(ConnectOptions options) {
        this.endpoints = Endpoints.of(options);
        this.options = options;
        this.workers = new Workers(endpoints.channels());
    }

    /** One try of a call. */
    interface Attempt<T> {
        /**
         * Makes the call.
         *
         * @param leftNanos how long it may take at most
         */
        T on(Channel channel, long leftNanos) throws InterruptedException;
    }

    /** The time that a call or a stream has left to get through. */
    final class Patience {
        private final Backoff backoff =
                new Backoff(PAUSE_BASE, PAUSE_CAP, ThreadLocalRandom.current());
        private final long startNanos = System.nanoTime();
        private boolean isTold;

        private long leftNanos() {
            reached |= endpoints.isReached();
            Duration whole = reached ? options.patience() : options.firstContact();
            return whole.toNanos() - (System.nanoTime() - startNanos);
        }

        /* That a master is not there shows soon, as an error. One that takes its time is not one
         * that is not there; and it may be this machine that is slow. */
        private long answerNanos() {
            return Math.max(options.patience().toNanos(), leftNanos());
        }

        private void tell(ApiException error) {
            if (!isTold && System.nanoTime() - startNanos > SILENT_MAX.toNanos()) {
                isTold = true;
                onWaiting.accept(error.message());
            }
        }

        /**
         * Waits before the next try.
         *
         * @throws AtollException when the error stands, or there is no time left
         */
        void pauseAfter(ApiException error, @Nullable Channel wanting) throws InterruptedException {
            if (!Errors.isPassing(error)) {
                throw Errors.of(error);
            }
            // An error with a reason was said by a server of the cluster and not by the transport.
            reached |= !error.reason().isEmpty();
            Duration pause = backoff.next();
            if (leftNanos() <= pause.toNanos()) {
                throw unavailable(error);
            }
            tell(error);
            endpoints.passOn(wanting, pause);
        }
    }

    /** Has somebody hear why a call or a stream waits for long; once for each wait. */
    void whenWaiting(Consumer<String> listener) {
        onWaiting = listener;
    }

    /** Begins to count the time of a call or a stream. */
    Patience patience() {
        return new Patience();
    }

    /** Where calls go at present. */
    Channel channel() {
        return endpoints.channel();
    }

    /** Notes that the cluster has answered. */
    void answered() {
        reached = true;
    }

    /**
     * Makes a call until it is answered. When the thread is interrupted the call is given up, and
     * the thread stays interrupted.
     *
     * @throws AtollException when the answer is an error, or none comes in time
     */
    <T> T call(Attempt<T> attempt) {
        Patience patience = patience();
        try {
            while (true) {
                Channel channel = endpoints.channel();
                try {
                    T answer = attempt.on(channel, patience.answerNanos());
                    reached = true;
                    return answer;
                } catch (RuntimeException e) {
                    // What could not be read here is not the cluster's fault.
                    if (e instanceof AtollException || e instanceof UncheckedIOException) {
                        throw e;
                    }
                    patience.pauseAfter(ApiException.from(e), channel);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterUnavailableException("the call was interrupted", reached, e);
        }
    }

    /** The ways to workers, which are not as patient as calls are. */
    Workers workers() {
        return workers;
    }

    @Override
    public void close() {
        workers.close();
        endpoints.close();
    }

    private ClusterUnavailableException unavailable(ApiException error) {
        String cluster = options.cluster().toString();
        String message;
        if (!reached) {
            message = "no cluster answers at %s: %s".formatted(cluster, rootCause(error));
        } else if (error.reason().isEmpty()) {
            message =
                    "the cluster at %s does not answer at present: %s"
                            .formatted(cluster, error.message());
        } else {
            // It does answer: this is what it says.
            message =
                    "the cluster at %s cannot do it at present: %s"
                            .formatted(cluster, error.message());
        }
        return new ClusterUnavailableException(message, reached, error);
    }

    /* The transport says "io exception"; what the system said to it stands in the causes. */
    private static String rootCause(ApiException error) {
        String said = error.message();
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.io.IOException && cause.getMessage() != null) {
                said = cause.getMessage();
            }
        }
        return said;
    }
}
