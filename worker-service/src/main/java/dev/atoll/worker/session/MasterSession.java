package dev.atoll.worker.session;

import dev.atoll.proto.worker.v1.OpenSessionRequest;
import dev.atoll.proto.worker.v1.OpenSessionResponse;
import dev.atoll.proto.worker.v1.SessionServiceGrpc;
import dev.atoll.runtime.grpc.ApiException;
import dev.atoll.runtime.wire.MalformedMessageException;
import dev.atoll.runtime.wire.OrderWire;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One stream to one master. What comes down is asked for as fast as the loop takes it. */
final class MasterSession
        implements ClientResponseObserver<OpenSessionRequest, OpenSessionResponse> {
    private static final Logger LOG = LoggerFactory.getLogger(MasterSession.class);
    private static final int MESSAGES_AHEAD = 16;

    private final ManagedChannel channel;
    private final Consumer<Stimulus> loop;
    private final CompletableFuture<Optional<ApiException>> ended = new CompletableFuture<>();
    private volatile @Nullable ClientCallStreamObserver<OpenSessionRequest> requests;
    private boolean closed;

    /**
     * @param channel to the master, with callbacks on the transport's threads; shut down in the end
     * @param loop takes what happens, and never blocks
     */
    MasterSession(ManagedChannel channel, Consumer<Stimulus> loop) {
        this.channel = channel;
        this.loop = loop;
    }

    /** Opens the stream. The loop hears of it before it hears anything else of this session. */
    synchronized void open() {
        SessionServiceGrpc.newStub(channel).openSession(this);
        loop.accept(new Stimulus.Opened(this));
    }

    /** Done when the stream has ended: with why, unless the master ended it in peace. */
    CompletableFuture<Optional<ApiException>> ended() {
        return ended;
    }

    /** Sends a message; by the loop only. One that the stream does not take any more is lost. */
    synchronized void send(OpenSessionRequest message) {
        ClientCallStreamObserver<OpenSessionRequest> stream = requests;
        if (stream != null && !closed) {
            stream.onNext(message);
        }
    }

    /** The loop has dealt with one message. */
    void taken() {
        ClientCallStreamObserver<OpenSessionRequest> stream = requests;
        if (stream != null) {
            stream.request(1);
        }
    }

    /** Ends the session, if it has not ended. Nothing is sent any more. */
    synchronized void close(String why) {
        ClientCallStreamObserver<OpenSessionRequest> stream = requests;
        if (stream != null && !closed) {
            // The stream hears of its end only later, and until then throws at whoever sends.
            closed = true;
            stream.cancel(why, null);
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<OpenSessionRequest> stream) {
        stream.disableAutoRequestWithInitial(MESSAGES_AHEAD);
        requests = stream;
    }

    @Override
    public synchronized void onNext(OpenSessionResponse message) {
        try {
            loop.accept(
                    new Stimulus.Said(
                            this,
                            OrderWire.fromProto(message),
                            OrderWire.heartbeatInterval(message)));
        } catch (MalformedMessageException e) {
            LOG.error("the master of epoch {} sent nonsense", message.getEpoch(), e);
            close("malformed message");
        }
    }

    @Override
    public void onError(Throwable failure) {
        end(Optional.of(ApiException.from(failure)));
    }

    @Override
    public void onCompleted() {
        end(Optional.empty());
    }

    private synchronized void end(Optional<ApiException> why) {
        closed = true;
        loop.accept(new Stimulus.Ended(this));
        ended.complete(why);
        channel.shutdown();
    }
}
