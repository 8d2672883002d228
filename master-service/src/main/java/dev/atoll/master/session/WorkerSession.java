package dev.atoll.master.session;

import dev.atoll.core.model.WorkerId;
import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.proto.worker.v1.Order;
import dev.atoll.runtime.grpc.ApiException;

import java.util.Optional;

/** The way down to one worker. The loop's thread owns it. */
final class WorkerSession {
    private final long id;
    private final WorkerId worker;
    private final long incarnation;
    private final Downlink out;
    private final Runnable onOverfull;
    private OrderQueue orders;

    /**
     * A session.
     *
     * @param id unique within the master's term
     * @param onOverfull runs when the worker has left too much unread and the session was ended
     */
    WorkerSession(
            long id,
            WorkerId worker,
            long incarnation,
            Downlink out,
            OrderQueue orders,
            Runnable onOverfull) {
        this.id = id;
        this.worker = worker;
        this.incarnation = incarnation;
        this.out = out;
        this.orders = orders;
        this.onOverfull = onOverfull;
    }

    long id() {
        return id;
    }

    WorkerId worker() {
        return worker;
    }

    long incarnation() {
        return incarnation;
    }

    /** Takes an order; {@link #flush} sends it. */
    void add(Order order) {
        orders.add(order);
    }

    /** Lets the worker know that it was heard; not if it does not read what it is told. */
    void answer(long epoch) {
        if (out.isReady()) {
            out.send(OpenSessionResponse.newBuilder().setEpoch(epoch).build());
        }
    }

    /** Sends as much as the worker has room for. */
    void flush() {
        while (!orders.isEmpty() && out.isReady()) {
            Optional<OpenSessionResponse> message = orders.next();
            message.ifPresent(out::send);
        }
        if (orders.isOverfull()) {
            // What the worker does not read, it will not read the end of either.
            orders = orders.emptied();
            end(
                    ApiException.resourceExhausted(
                            "SESSION_NOT_READ",
                            "%d bytes of orders wait and the worker does not read them"
                                    .formatted(OrderQueue.WAITING_BYTES_MAX)));
            onOverfull.run();
        }
    }

    /** Ends the session with an error; only the first counts. */
    void end(ApiException why) {
        out.end(why);
    }
}
