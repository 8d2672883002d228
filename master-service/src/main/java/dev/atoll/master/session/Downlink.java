package dev.atoll.master.session;

import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.stub.ServerCallStreamObserver;

/** The downward half of one session's stream, which ends once, whoever ends it. */
final class Downlink {
    /* A stream takes one call at a time, and none after its end. */
    private final Object turn = new Object();
    private final ServerCallStreamObserver<OpenSessionResponse> stream;
    private volatile boolean ended; // Set in turn.

    Downlink(ServerCallStreamObserver<OpenSessionResponse> stream) {
        this.stream = stream;
    }

    /** Whether the worker has room for a message. */
    boolean isReady() {
        return !ended && stream.isReady();
    }

    /** Sends a message, unless the session has ended. */
    void send(OpenSessionResponse message) {
        synchronized (turn) {
            if (!ended) {
                stream.onNext(message);
            }
        }
    }

    /** Lets one more message come up. Any thread. */
    void request() {
        stream.request(1);
    }

    /** Ends the session with an error; only the first counts. Any thread. */
    void end(ApiException why) {
        synchronized (turn) {
            if (!ended) {
                ended = true;
                stream.onError(why);
            }
        }
    }
}
