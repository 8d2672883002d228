package dev.atoll.client;

import dev.atoll.runtime.grpc.ApiException;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;

/**
 * What a server streams, to be taken by one thread. At most {@code window} messages lie here; the
 * server is asked for one more with each that is taken.
 */
final class InboundStream<Q, R> implements ClientResponseObserver<Q, R>, AutoCloseable {
    private sealed interface Arrival<R> {
        record Message<R>(R value) implements Arrival<R> {}

        record Failed<R>(Throwable error) implements Arrival<R> {}

        record Completed<R>() implements Arrival<R> {}
    }

    private final int window;
    private final BlockingQueue<Arrival<R>> arrivals = new LinkedBlockingQueue<>();
    private final Runnable onChange;
    private final Predicate<R> onArrival;
    private @Nullable ClientCallStreamObserver<Q> call;
    private volatile boolean over;
    private volatile boolean broken;
    private volatile boolean ended;

    /**
     * @param window at least 1
     */
    InboundStream(int window) {
        this(window, () -> {});
    }

    /**
     * @param window at least 1
     * @param onChange told, on the transport's thread, that something has arrived or that more can
     *     be sent
     */
    InboundStream(int window, Runnable onChange) {
        this(window, onChange, _ -> false);
    }

    /**
     * @param onArrival sees each message on the transport's thread before whoever takes it, and
     *     says whether nobody else needs it
     */
    InboundStream(int window, Runnable onChange, Predicate<R> onArrival) {
        this.window = window;
        this.onChange = onChange;
        this.onArrival = onArrival;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> stream) {
        stream.disableAutoRequestWithInitial(window);
        stream.setOnReadyHandler(onChange);
        call = stream;
    }

    @Override
    public void onNext(R message) {
        if (onArrival.test(message)) {
            call().request(1);
        } else {
            arrive(new Arrival.Message<>(message));
        }
    }

    @Override
    public void onError(Throwable error) {
        broken = true;
        over = true;
        arrive(new Arrival.Failed<>(error));
    }

    @Override
    public void onCompleted() {
        over = true;
        arrive(new Arrival.Completed<>());
    }

    /** Whether {@link #take} would answer at once. */
    boolean hasArrived() {
        return !arrivals.isEmpty();
    }

    /** Whether the server has ended the call: nobody listens to what is sent. */
    boolean isOver() {
        return over || ended;
    }

    /** Whether the call has failed; before {@link #take} tells it. */
    boolean isBroken() {
        return broken;
    }

    /**
     * Waits for the next message; empty at the end of the stream.
     *
     * @throws ApiException what the call failed with
     */
    Optional<R> take() throws InterruptedException {
        if (ended) {
            return Optional.empty();
        }
        return switch (arrivals.take()) {
            case Arrival.Message<R>(R value) -> {
                call().request(1);
                yield Optional.of(value);
            }
            case Arrival.Failed<R>(Throwable error) -> {
                ended = true;
                throw ApiException.from(error);
            }
            case Arrival.Completed<R> _ -> {
                ended = true;
                yield Optional.empty();
            }
        };
    }

    /** What is sent up, once the call has begun. */
    ClientCallStreamObserver<Q> call() {
        ClientCallStreamObserver<Q> begun = call;
        if (begun == null) {
            throw new IllegalStateException("the call has not begun");
        }
        return begun;
    }

    /** Cancels the call if it has not ended. */
    @Override
    public void close() {
        if (!ended) {
            ended = true;
            call().cancel("not needed any more", null);
        }
    }

    private void arrive(Arrival<R> arrival) {
        arrivals.add(arrival);
        onChange.run();
    }
}
