package dev.atoll.master.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atoll.proto.job.v1.TaskRanges;
import dev.atoll.proto.worker.v1.Acknowledge;
import dev.atoll.proto.worker.v1.Grant;
import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.proto.worker.v1.Order;

import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.Optional;

final class OrderQueueTest {
    private final OrderQueue queue = new OrderQueue(9);

    @Test
    void ordersLeaveTogetherAndInOrder() {
        for (int i = 0; i < 1_000; i++) {
            queue.add(order(i));
        }
        OpenSessionResponse message = queue.next().orElseThrow();
        assertThat(message.getEpoch()).isEqualTo(9);
        assertThat(message.getOrdersList())
                .extracting(order -> order.getAcknowledge().getSequence())
                .hasSize(1_000)
                .isSorted();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.next()).isEmpty();
    }

    @Test
    void messagesStayUnderTheirLimit() {
        for (int i = 0; i < 100; i++) {
            queue.add(large(50_000));
        }
        int orders = 0;
        for (Optional<OpenSessionResponse> next = queue.next();
                next.isPresent();
                next = queue.next()) {
            assertThat(next.get().getSerializedSize())
                    .isLessThanOrEqualTo(OrderQueue.MESSAGE_BYTES_MAX + 1_000);
            orders += next.get().getOrdersCount();
        }
        assertThat(orders).isEqualTo(100);
    }

    @Test
    void queueThatNobodyReadsIsOverfull() {
        assertThat(queue.isOverfull()).isFalse();
        for (int i = 0; i < 100; i++) {
            queue.add(large(400_000));
        }
        assertThat(queue.isOverfull()).isTrue();
        for (int i = 0; i < 60; i++) {
            queue.next();
        }
        assertThat(queue.isOverfull()).isFalse();
    }

    private static Order order(long sequence) {
        return Order.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder().setSequence(sequence))
                .build();
    }

    private static Order large(int bytes) {
        return Order.newBuilder()
                .setGrant(
                        Grant.newBuilder()
                                .setTasks(
                                        TaskRanges.newBuilder()
                                                .addAllBounds(Collections.nCopies(bytes, 1))))
                .build();
    }
}
