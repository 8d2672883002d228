package dev.atoll.worker.serving;

import dev.atoll.runtime.grpc.ApiException;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * A stream of answers to one caller, written by a virtual thread of its own, which waits while the
 * caller does not read.
 *
 * @param <T> what is answered
 */
final class Outflow<T> {
    /* The thread is never interrupted: an interrupt would close the files that it reads, and others
     * may be reading the same one. It sees that the caller is gone when it sends the next answer. */
    private final ServerCallStreamObserver<T> stream;
    private final Semaphore ready = new Semaphore(0);
    private volatile boolean gone;
    private boolean ended; // Guarded by the stream.

    /** What answers. */
    @FunctionalInterface
    interface Work<T> {
        void run(Outflow<T> out) throws IOException, InterruptedException, GoneException;
    }

    /** The caller is gone. */
    static final class GoneException extends Exception {
        GoneException() {
            super("the caller is gone");
        }
    }

    private Outflow(ServerCallStreamObserver<T> stream) {
        this.stream = stream;
    }

    /**
     * Takes in a call; must be called while it is being taken in.
     *
     * @param onGone runs when the caller goes away
     */
    static <T> Outflow<T> of(StreamObserver<T> responses, Runnable onGone) {
        Outflow<T> out = new Outflow<>((ServerCallStreamObserver<T>) responses);
        out.stream.setOnReadyHandler(out.ready::release);
        out.stream.setOnCancelHandler(() -> {
            out.gone = true;
            out.ready.release();
            onGone.run();
        });
        return out;
    }

    /** Takes in a call and answers it; returns at once. */
    static <T> void start(StreamObserver<T> responses, String name, Work<T> work) {
        of(responses, () -> {}).start(name, work);
    }

    /** Answers the call; returns at once. */
    void start(String name, Work<T> work) {
        Thread.ofVirtual().name(name).start(() -> run(work));
    }

    /** The same on a thread of the system's, for work that waits where only such a thread may. */
    void startOnPlatformThread(String name, Work<T> work) {
        Thread.ofPlatform().daemon().name(name).start(() -> run(work));
    }

    /** Whether nobody hears any more what is sent. */
    boolean isGone() {
        return gone;
    }

    /** Ends the call with an error, even while an answer waits to be sent. From any thread. */
    void abort(ApiException failure) {
        fail(failure);
        gone = true;
        ready.release();
    }

    /** Writes one answer; waits until the caller has room for it. */
    void send(T message) throws GoneException, InterruptedException {
        while (!stream.isReady() && !gone) {
            ready.acquire();
            ready.drainPermits();
        }
        if (gone) {
            throw new GoneException();
        }
        tell(message);
    }

    /** Writes one small answer at once, from any thread, if there is anybody to hear it. */
    void tell(T message) {
        synchronized (stream) {
            if (!gone && !ended) {
                stream.onNext(message);
            }
        }
    }

    /** Ends the call with an error, if there is anybody to hear it. */
    void fail(ApiException failure) {
        end(() -> stream.onError(failure.toStatusException()));
    }

    private void end(Runnable ending) {
        synchronized (stream) {
            if (!gone && !ended) {
                ended = true;
                ending.run();
            }
        }
    }

    private void run(Work<T> work) {
        try {
            work.run(this);
            end(stream::onCompleted);
        } catch (GoneException e) {
            // Nobody is left to be told.
            gone = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ApiException e) {
            fail(e);
        } catch (IOException | RuntimeException e) {
            fail(DataLoss.of(e));
        }
    }
}
