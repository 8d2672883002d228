package dev.atoll.master.session;

import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.proto.worker.v1.Order;

import java.util.ArrayDeque;
import java.util.Optional;

/** Orders for one worker, packed into messages that wait until the worker reads. */
final class OrderQueue {
    /** The longest message, in bytes, unless a single order is longer. */
    static final int MESSAGE_BYTES_MAX = 512 << 10;

    /** What may wait, in bytes; a worker that lets more pile up does not read. */
    static final long WAITING_BYTES_MAX = 32 << 20;

    private final long epoch;
    private final ArrayDeque<OpenSessionResponse> sealed = new ArrayDeque<>();
    private OpenSessionResponse.Builder filling;
    private int fillingBytes;
    private long sealedBytes;

    OrderQueue(long epoch) {
        this.epoch = epoch;
        this.filling = OpenSessionResponse.newBuilder();
    }

    /** Puts an order at the end. */
    void add(Order order) {
        int bytes = order.getSerializedSize();
        if (fillingBytes > 0 && fillingBytes + bytes > MESSAGE_BYTES_MAX) {
            seal();
        }
        filling.addOrders(order);
        fillingBytes += bytes;
    }

    /** Takes the first message, full or not. */
    Optional<OpenSessionResponse> next() {
        if (sealed.isEmpty() && fillingBytes > 0) {
            seal();
        }
        Optional<OpenSessionResponse> first = Optional.ofNullable(sealed.pollFirst());
        first.ifPresent(message -> sealedBytes -= message.getSerializedSize());
        return first;
    }

    /** The same queue without what waits in it. */
    OrderQueue emptied() {
        return new OrderQueue(epoch);
    }

    /** Whether nothing waits. */
    boolean isEmpty() {
        return sealed.isEmpty() && fillingBytes == 0;
    }

    /** Whether more waits than a worker that reads would let pile up. */
    boolean isOverfull() {
        return sealedBytes + fillingBytes > WAITING_BYTES_MAX;
    }

    private void seal() {
        OpenSessionResponse message = filling.setEpoch(epoch).build();
        sealed.addLast(message);
        sealedBytes += message.getSerializedSize();
        filling = OpenSessionResponse.newBuilder();
        fillingBytes = 0;
    }
}
