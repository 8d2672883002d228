package dev.atoll.client;

import dev.atoll.runtime.grpc.ApiException;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

import org.jspecify.annotations.Nullable;

/** A channel to nobody: each call fails at once, with the same error. */
final class ClosedChannel extends Channel {
    private final ApiException error;

    ClosedChannel(ApiException error) {
        this.error = error;
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        return new FailedCall<>();
    }

    @Override
    public String authority() {
        return "nobody";
    }

    private final class FailedCall<Q, R> extends ClientCall<Q, R> {
        @Override
        public void start(Listener<R> listener, Metadata headers) {
            var status = error.toStatusException();
            Metadata trailers = status.getTrailers();
            listener.onClose(
                    status.getStatus().withCause(error),
                    trailers == null ? new Metadata() : trailers);
        }

        @Override
        public void request(int messageCount) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q message) {}
    }
}
