package dev.atoll.master.session;

import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.stub.ServerCallStreamObserver;

import java.util.concurrent.atomic.AtomicBoolean;

/** The downward half of one session's stream, which ends once, whoever ends it. */
final class Downlink {
    private final ServerCallStreamObserver<OpenSessionResponse> stream;
    private final AtomicBoolean ended = new AtomicBoolean();

    Downlink(ServerCallStreamObserver<OpenSessionResponse> stream) {
        this.stream = stream;
    }

    /** Whether the worker has room for a message. */
    boolean isReady() {
        return !ended.get() && stream.isReady();
    }

    /** Sends a message. One thread at a time. */
    void send(OpenSessionResponse message) {
        if (!ended.get()) {
            stream.onNext(message);
        }
    }

    /** Lets one more message come up. Any thread. */
    void request() {
        stream.request(1);
    }

    /** Ends the session with an error; only the first counts. Any thread. */
    void end(ApiException why) {
        if (ended.compareAndSet(false, true)) {
            stream.onError(why);
        }
    }
}
