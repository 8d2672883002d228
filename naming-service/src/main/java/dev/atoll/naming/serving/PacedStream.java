package dev.atoll.naming.serving;

import io.grpc.stub.ServerCallStreamObserver;

import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;

/** Sends messages from a thread that may block, no faster than the caller takes them. */
public final class PacedStream<R> {
    /* gRPC buffers without bound when nobody asks it whether it is ready. A permit stands for "ask
     * again": it is given at each call of the ready handler, so none is missed between asking and
     * waiting. */

    private final ServerCallStreamObserver<R> out;
    private final Semaphore askAgain = new Semaphore(0);

    PacedStream(ServerCallStreamObserver<R> out) {
        this.out = out;
        out.setOnReadyHandler(askAgain::release);
    }

    /** Sends a message, as soon as the caller is ready for one more. */
    public void send(R message) throws InterruptedException {
        while (!out.isReady()) {
            askAgain.acquire();
            askAgain.drainPermits();
        }
        out.onNext(message);
    }

    /** The same where only unchecked exceptions may pass; {@link CancellationException}. */
    public void sendUnchecked(R message) {
        try {
            send(message);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the stream is over");
        }
    }
}
