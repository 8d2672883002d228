package dev.atoll.client;

import dev.atoll.runtime.grpc.ApiException;

import io.grpc.Channel;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** What a server streams; opened again when the connection or the master is lost. */
final class ResumingStream<Q, R> implements AutoCloseable {
    private static final int WINDOW = 4;

    private final Caller caller;
    private final Opening<Q, R> opening;
    private volatile @Nullable InboundStream<Q, R> open;
    private Caller.@Nullable Patience patience;

    /** Starts the call from where the stream was. */
    interface Opening<Q, R> {
        /** Starts the call; the answers go to {@code into}. */
        void open(Channel channel, InboundStream<Q, R> into);
    }

    ResumingStream(Caller caller, Opening<Q, R> opening) {
        this.caller = caller;
        this.opening = opening;
    }

    /**
     * Waits for the next message; empty at the end of the stream.
     *
     * @throws AtollException when the answer is an error, or none comes in time
     */
    Optional<R> take() throws InterruptedException {
        while (true) {
            Channel channel = caller.channel();
            try {
                Optional<R> message = begun(channel).take();
                caller.answered();
                patience = null;
                return message;
            } catch (ApiException e) {
                open = null;
                if (patience == null) {
                    patience = caller.patience();
                }
                patience.pauseAfter(e, channel);
            }
        }
    }

    /** Ends the present call; the next message comes from a new one. */
    void reopen() {
        close();
        open = null;
    }

    @Override
    public void close() {
        InboundStream<Q, R> stream = open;
        if (stream != null) {
            stream.close();
        }
    }

    private InboundStream<Q, R> begun(Channel channel) {
        InboundStream<Q, R> stream = open;
        if (stream == null) {
            stream = new InboundStream<>(WINDOW);
            opening.open(channel, stream);
            open = stream;
        }
        return stream;
    }
}
