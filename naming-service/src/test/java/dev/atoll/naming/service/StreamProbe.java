package dev.atoll.naming.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.runtime.grpc.ApiException;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A stream that a test reads message by message. Cancelled when it is closed. */
final class StreamProbe<R> implements StreamObserver<R>, AutoCloseable {
    private static final long SECONDS_MAX = 60;

    private sealed interface Heard<R> {
        record Message<R>(R message) implements Heard<R> {}

        record Failed<R>(Throwable cause) implements Heard<R> {}

        record Completed<R>() implements Heard<R> {}
    }

    private final BlockingQueue<Heard<R>> heard = new LinkedBlockingQueue<>();
    private final Context.CancellableContext context = Context.ROOT.withCancellation();

    /** Opens a stream. */
    static <R> StreamProbe<R> open(Consumer<StreamObserver<R>> call) {
        StreamProbe<R> probe = new StreamProbe<>();
        probe.context.run(() -> call.accept(probe));
        return probe;
    }

    @Override
    public void onNext(R message) {
        heard.add(new Heard.Message<>(message));
    }

    @Override
    public void onError(Throwable cause) {
        heard.add(new Heard.Failed<>(cause));
    }

    @Override
    public void onCompleted() {
        heard.add(new Heard.Completed<>());
    }

    @Override
    public void close() {
        context.cancel(null);
    }

    /** The next message. */
    R next() {
        return switch (take()) {
            case Heard.Message<R>(R message) -> message;
            case Heard.Failed<R>(Throwable cause) -> throw new AssertionError("failed", cause);
            case Heard.Completed<R> completed -> throw new AssertionError("completed");
        };
    }

    /** The next message that passes; those before it are skipped. */
    R next(Predicate<R> wanted) {
        R message = next();
        while (!wanted.test(message)) {
            message = next();
        }
        return message;
    }

    /** Waits for the end, which must be the next thing that happens. */
    void assertCompleted() {
        assertThat(take()).isInstanceOf(Heard.Completed.class);
    }

    /** Waits for the error, which must be the next thing that happens. */
    ApiException error() {
        Heard<R> last = take();
        assertThat(last).isInstanceOf(Heard.Failed.class);
        return ApiException.from(((Heard.Failed<R>) last).cause());
    }

    private Heard<R> take() {
        try {
            Heard<R> next = heard.poll(SECONDS_MAX, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came in " + SECONDS_MAX + " s");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
