package dev.atoll.master.session;

import dev.atoll.proto.worker.v1.OpenSessionRequest;
import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.proto.worker.v1.SessionServiceGrpc.SessionServiceImplBase;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

import java.util.concurrent.atomic.AtomicLong;

/** Where workers open their sessions. Its callbacks only enqueue: they run on transport threads. */
public final class SessionEndpoint extends SessionServiceImplBase {
    private final Terms terms;
    private final AtomicLong sessionIds = new AtomicLong();

    /**
     * An endpoint that serves while there is a term.
     *
     * @param terms the present term, if this master leads
     */
    public SessionEndpoint(Terms terms) {
        this.terms = terms;
    }

    @Override
    public StreamObserver<OpenSessionRequest> openSession(
            StreamObserver<OpenSessionResponse> responses) {
        Term term = terms.leading();
        SessionStream stream =
                new SessionStream(
                        term.loop(),
                        term.sessions(),
                        sessionIds.incrementAndGet(),
                        (ServerCallStreamObserver<OpenSessionResponse>) responses);
        stream.begin();
        return stream;
    }
}
