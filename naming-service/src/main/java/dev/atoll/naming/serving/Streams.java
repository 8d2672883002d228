package dev.atoll.naming.serving;

import dev.atoll.naming.feed.FellBehindException;
import dev.atoll.naming.store.StoreUnavailableException;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;

/** The streams that are open, each with a virtual thread that feeds it. */
public final class Streams implements AutoCloseable {
    /** More streams at once are refused with RESOURCE_EXHAUSTED (reason TOO_MANY_STREAMS). */
    public static final int STREAMS_MAX = 10_000;

    private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

    /** What feeds a stream. */
    public interface Source<R> {
        /** Feeds until there is no more to say; is interrupted when the caller has gone. */
        void feed(PacedStream<R> stream) throws InterruptedException;
    }

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** How many are open. */
    public int size() {
        return threads.size();
    }

    /** Opens a stream. To be called by the method that gRPC called, before it returns. */
    public <R> void open(StreamObserver<R> observer, Source<R> source) {
        if (threads.size() >= STREAMS_MAX) {
            throw ApiException.resourceExhausted(
                    "TOO_MANY_STREAMS", "this naming service has " + STREAMS_MAX + " streams open");
        }
        ServerCallStreamObserver<R> out = (ServerCallStreamObserver<R>) observer;
        PacedStream<R> stream = new PacedStream<>(out);
        Thread thread = Thread.ofVirtual().name("stream").unstarted(() -> run(out, stream, source));
        threads.add(thread);
        out.setOnCancelHandler(thread::interrupt);
        thread.start();
        if (closed) {
            thread.interrupt();
        }
    }

    /** Ends every stream with UNAVAILABLE (reason STOPPING), within a second. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        long endNanos = System.nanoTime() + CLOSE_MAX.toNanos();
        try {
            for (Thread thread : threads) {
                var _ = thread.join(Duration.ofNanos(endNanos - System.nanoTime()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private <R> void run(ServerCallStreamObserver<R> out, PacedStream<R> stream, Source<R> source) {
        try {
            source.feed(stream);
            out.onCompleted();
        } catch (InterruptedException | CancellationException e) {
            end(out, stopping());
        } catch (StoreUnavailableException e) {
            end(out, closed ? stopping() : StoreTrouble.unavailable(e));
        } catch (FellBehindException e) {
            end(out, fellBehind());
        } catch (RuntimeException e) {
            end(out, e);
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    private static ApiException fellBehind() {
        return ApiException.of(
                Status.Code.OUT_OF_RANGE,
                "COMPACTED",
                "the changes were not taken fast enough and some are gone: watch again");
    }

    private static ApiException stopping() {
        return ApiException.unavailable("STOPPING", "this naming service stops");
    }

    private static <R> void end(ServerCallStreamObserver<R> out, RuntimeException e) {
        if (!out.isCancelled()) {
            out.onError(e);
        }
    }
}
