package dev.atoll.master.stream;

import dev.atoll.runtime.grpc.ApiException;

import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.util.concurrent.Semaphore;

/**
 * A stream of answers to one caller, written by a virtual thread of its own that waits when the
 * caller does not read, and is interrupted when the caller goes away.
 *
 * @param <T> what is answered
 */
public final class Outflow<T> {
    private final ServerCallStreamObserver<T> stream;
    private final Semaphore ready = new Semaphore(0);
    private volatile boolean cancelled;

    /**
     * What answers.
     *
     * @param <T> what is answered
     */
    @FunctionalInterface
    public interface Work<T> {
        /** Writes the answers; the stream ends well when it returns, and with what it throws. */
        void run(Outflow<T> out) throws InterruptedException;
    }

    private Outflow(ServerCallStreamObserver<T> stream) {
        this.stream = stream;
    }

    /**
     * Answers a call; returns at once. Must be called while the call is being taken in. When the
     * caller goes away, the work is interrupted.
     */
    public static <T> void start(StreamObserver<T> responses, String name, Work<T> work) {
        Outflow<T> out = new Outflow<>((ServerCallStreamObserver<T>) responses);
        Thread thread = out.thread(name, work);
        out.start(thread, thread::interrupt);
    }

    /** The same, but when the caller goes away, the work goes on, and {@code onGone} is told. */
    public static <T> void start(
            StreamObserver<T> responses, String name, Runnable onGone, Work<T> work) {
        Outflow<T> out = new Outflow<>((ServerCallStreamObserver<T>) responses);
        out.start(out.thread(name, work), onGone);
    }

    /** Writes one answer; waits until the caller has room for it. */
    public void send(T message) throws InterruptedException {
        while (!stream.isReady()) {
            if (cancelled) {
                throw new InterruptedException("the caller is gone");
            }
            ready.acquire();
            ready.drainPermits();
        }
        stream.onNext(message);
    }

    private Thread thread(String name, Work<T> work) {
        return Thread.ofVirtual().name(name).unstarted(Context.current().wrap(() -> write(work)));
    }

    private void start(Thread thread, Runnable onGone) {
        stream.setOnReadyHandler(ready::release);
        stream.setOnCancelHandler(() -> {
            cancelled = true;
            ready.release();
            onGone.run();
        });
        thread.start();
    }

    private void write(Work<T> work) {
        try {
            work.run(this);
            stream.onCompleted();
        } catch (ApiException e) {
            // As a status already: gRPC would look for one among the causes first.
            fail(e.toStatusException());
        } catch (InterruptedException | RuntimeException e) {
            fail(e);
        }
    }

    private void fail(Exception why) {
        if (!cancelled) {
            stream.onError(why);
        }
    }
}
