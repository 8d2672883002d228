package dev.atoll.master.session;

import dev.atoll.core.scheduler.SchedulerEvent.WorkerConnected;
import dev.atoll.proto.worker.v1.Hello;
import dev.atoll.proto.worker.v1.HelloPart;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.HelloWire;

import java.util.ArrayList;
import java.util.List;

/** A worker's hello, whose parts come one after the other. */
final class IncomingHello {
    /** Room for some 40 million ranges of tasks. */
    private static final long BYTES_MAX = 256L << 20;

    private final Hello first;
    private final List<HelloPart> parts = new ArrayList<>();
    private boolean isComplete;
    private long bytes;

    IncomingHello(Hello first) {
        this.first = first;
        this.isComplete = !first.getHasMore();
        this.bytes = first.getSerializedSize();
    }

    /** Whether no more parts come. */
    boolean isComplete() {
        return isComplete;
    }

    /**
     * Takes the next part.
     *
     * @throws ApiException if it is too much
     */
    void add(HelloPart part) {
        bytes += part.getSerializedSize();
        if (bytes > BYTES_MAX) {
            throw ApiException.resourceExhausted(
                    "HELLO_TOO_LARGE", "a hello has at most %d bytes".formatted(BYTES_MAX));
        }
        parts.add(part);
        isComplete = !part.getHasMore();
    }

    /** What it says; see {@link HelloWire}. */
    WorkerConnected event(String cause, long session) {
        return HelloWire.fromProto(first, parts, cause, session);
    }
}
