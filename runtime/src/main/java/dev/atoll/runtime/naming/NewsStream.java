package dev.atoll.runtime.naming;

import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.naming.NamingReplicas.Replica;
import dev.atoll.runtime.retry.Backoff;

import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A stream from the naming service that is opened again whenever it breaks, with growing pauses,
 * until its reader has heard enough or it is closed. Has a virtual thread of its own, on which the
 * reader hears everything in order.
 */
final class NewsStream<T> implements Subscription {
    /** Who hears what comes. */
    interface Reader<T> {
        /** Hears one message; tells whether to go on. */
        boolean hears(T message);

        /** Hears that the stream broke; tells whether to open it again. */
        boolean hearsBreak(ApiException failure);

        /** Hears that nothing more will come; also after close. */
        void hearsEnd();
    }

    private final NamingReplicas replicas;
    private final Function<Channel, Iterator<T>> opener;
    private final Reader<T> reader;
    private final Context.CancellableContext context;
    private final CountDownLatch closed;
    private volatile @Nullable Stay stay;

    /** A call to one replica, which may be left for the next. */
    private record Stay(int replica, Context.CancellableContext call, AtomicBoolean left) {}

    /** How a call ended. */
    private enum End {
        /** There is no more to hear. */
        OVER,
        /** It broke. */
        BROKEN,
        /** Its replica was left. */
        LEFT
    }

    NewsStream(NamingReplicas replicas, Function<Channel, Iterator<T>> opener, Reader<T> reader) {
        this.replicas = replicas;
        this.opener = opener;
        this.reader = reader;
        this.context = Context.ROOT.withCancellation();
        this.closed = new CountDownLatch(1);
    }

    void start(String name) {
        Thread.ofVirtual().name(name).start(context.wrap(this::run));
    }

    /* The reader may be in the middle of something that an interrupt would break, such as writing a
     * file; so the call is cancelled instead of the thread. */
    @Override
    public void close() {
        closed.countDown();
        context.cancel(null);
    }

    /** Goes on with another replica at once, if it is with this one. */
    void leave(int replica) {
        Stay present = stay;
        if (present != null && present.replica() == replica && !present.left().getAndSet(true)) {
            present.call().cancel(null);
        }
    }

    private void run() {
        Backoff backoff = NamingReplicas.newBackoff();
        replicas.opened(this);
        try {
            End end = readOnce(backoff);
            while (end == End.LEFT || (end == End.BROKEN && !isClosedWithin(backoff.next()))) {
                end = readOnce(backoff);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            replicas.ended(this);
            context.cancel(null);
            reader.hearsEnd();
        }
    }

    private End readOnce(Backoff backoff) {
        Replica replica = replicas.current();
        try (Context.CancellableContext call = context.withCancellation()) {
            Stay present = new Stay(replica.index(), call, new AtomicBoolean());
            stay = present;
            // Who turned from the replica just now may not have found this stay.
            return replicas.current().index() == replica.index()
                    ? read(replica, present, backoff)
                    : End.LEFT;
        }
    }

    private End read(Replica replica, Stay present, Backoff backoff) {
        Context before = present.call().attach();
        try {
            Iterator<T> messages = opener.apply(replica.channel());
            while (hasNext(messages)) {
                T message = messages.next();
                backoff.reset();
                replicas.trouble().answered();
                if (isClosed() || !reader.hears(message)) {
                    return End.OVER;
                }
            }
            return brokenBy(ended(replica));
        } catch (BrokenStreamException e) {
            if (isClosed()) {
                return End.OVER;
            }
            return present.left().get() ? End.LEFT : brokenBy(replicas.failed(replica, e.status));
        } finally {
            present.call().detach(before);
        }
    }

    private End brokenBy(ApiException failure) {
        return !isClosed() && reader.hearsBreak(failure) ? End.BROKEN : End.OVER;
    }

    /* Sets the failures of the stream apart from those that a reader may have for itself. */
    private static boolean hasNext(Iterator<?> messages) throws BrokenStreamException {
        try {
            return messages.hasNext();
        } catch (StatusRuntimeException e) {
            throw new BrokenStreamException(e);
        }
    }

    /** The stream ended with a status. */
    private static final class BrokenStreamException extends Exception {
        private static final long serialVersionUID = 1L;

        private final StatusRuntimeException status;

        BrokenStreamException(StatusRuntimeException status) {
            super(status);
            this.status = status;
        }
    }

    private ApiException ended(Replica replica) {
        replicas.turnFrom(replica);
        return ApiException.of(
                Status.Code.UNAVAILABLE,
                "STREAM_ENDED",
                "the naming service at " + replica.address() + " ended the stream");
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private boolean isClosedWithin(Duration pause) throws InterruptedException {
        return closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    }
}
