package dev.atoll.master.stream;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * What one caller sends, as a thread that may block takes it: the next message is asked for when
 * the one before was taken. That the caller has gone away is told by the {@link Outflow}'s
 * interrupt.
 *
 * @param <Q> what is sent
 */
public final class Uplink<Q> implements StreamObserver<Q> {
    private static final int MESSAGES_AHEAD = 2;

    private final ServerCallStreamObserver<?> stream;
    private final BlockingQueue<Optional<Q>> received = new LinkedBlockingQueue<>();

    private Uplink(ServerCallStreamObserver<?> stream) {
        this.stream = stream;
    }

    /** Takes in a call. Must be called while the call is being taken in. */
    public static <Q> Uplink<Q> of(StreamObserver<?> responses) {
        ServerCallStreamObserver<?> stream = (ServerCallStreamObserver<?>) responses;
        stream.disableAutoRequest();
        Uplink<Q> uplink = new Uplink<>(stream);
        stream.request(MESSAGES_AHEAD);
        return uplink;
    }

    /** Takes the next message; waits for it. Empty, once, when the caller has sent all. */
    public Optional<Q> next() throws InterruptedException {
        Optional<Q> next = received.take();
        if (next.isPresent()) {
            stream.request(1);
        }
        return next;
    }

    @Override
    public void onNext(Q message) {
        received.add(Optional.of(message));
    }

    @Override
    public void onError(Throwable cancelled) {
        // The outflow of the same call has been told.
    }

    @Override
    public void onCompleted() {
        received.add(Optional.empty());
    }
}
