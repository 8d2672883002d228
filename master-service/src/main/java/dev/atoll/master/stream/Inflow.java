package dev.atoll.master.stream;

import dev.atoll.runtime.grpc.ApiException;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A call to another server, as threads that may block see it: a message is asked for when the one
 * before was taken, and sending waits until the other side reads. One thread may send while another
 * receives.
 *
 * @param <Q> what is sent
 * @param <R> what is received
 */
public final class Inflow<Q, R> implements AutoCloseable {
    /** Messages that are asked for before they are needed. */
    private static final int MESSAGES_AHEAD = 2;

    private final ClientCall<Q, R> call;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<R> received = new ArrayDeque<>();
    private Optional<StatusRuntimeException> closed = Optional.empty();
    private volatile boolean cut;

    private Inflow(ClientCall<Q, R> call) {
        this.call = call;
    }

    /** Opens a call. It goes on until the other side ends it, or until it is closed. */
    public static <Q, R> Inflow<Q, R> open(Channel channel, MethodDescriptor<Q, R> method) {
        Inflow<Q, R> flow = new Inflow<>(channel.newCall(method, CallOptions.DEFAULT));
        flow.call.start(flow.listener(), new Metadata());
        flow.call.request(MESSAGES_AHEAD);
        return flow;
    }

    /** Opens a call that has one request. */
    public static <Q, R> Inflow<Q, R> open(
            Channel channel, MethodDescriptor<Q, R> method, Q request) {
        Inflow<Q, R> flow = open(channel, method);
        flow.call.sendMessage(request);
        flow.call.halfClose();
        return flow;
    }

    /**
     * Sends a message; waits while the other side does not read.
     *
     * @return false if the call has ended, for better or worse: receive to know
     */
    public boolean send(Q message) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (closed.isEmpty() && !cut && !call.isReady()) {
                changed.await();
            }
            if (closed.isPresent()) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        return unlessCut(() -> call.sendMessage(message));
    }

    /** Says that nothing more is sent. */
    public void halfClose() {
        boolean _ = unlessCut(call::halfClose);
    }

    /**
     * Receives the next message; waits for it.
     *
     * @return empty when the other side has ended the call well
     * @throws ApiException when it ended otherwise
     */
    public Optional<R> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (received.isEmpty() && closed.isEmpty()) {
                changed.await();
            }
            return taken();
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #next} would not wait, or does so within a time. */
    public boolean hasNext(Duration most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long rest = most.toNanos();
            while (received.isEmpty() && closed.isEmpty() && rest > 0) {
                rest = changed.awaitNanos(rest);
            }
            return !received.isEmpty() || closed.isPresent();
        } finally {
            lock.unlock();
        }
    }

    /** Cuts the call off, if it has not ended. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed.isPresent()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        cut = true;
        call.cancel("not needed any more", null);
    }

    /** Whether something was told to the other side; a call that was cut off takes nothing more. */
    private boolean unlessCut(Runnable telling) {
        try {
            if (!cut) {
                telling.run();
                return true;
            }
        } catch (IllegalStateException e) {
            // It was cut off between the question and the telling.
            if (!cut) {
                throw e;
            }
        }
        return false;
    }

    private Optional<R> taken() {
        if (!received.isEmpty()) {
            R message = received.removeFirst();
            call.request(1);
            return Optional.of(message);
        }
        StatusRuntimeException end = closed.orElseThrow();
        if (end.getStatus().isOk()) {
            return Optional.empty();
        }
        throw ApiException.from(end);
    }

    private ClientCall.Listener<R> listener() {
        return new ClientCall.Listener<>() {
            @Override
            public void onMessage(R message) {
                change(() -> received.addLast(message));
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                change(() -> closed = Optional.of(new StatusRuntimeException(status, trailers)));
            }

            @Override
            public void onReady() {
                change(() -> {});
            }
        };
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
