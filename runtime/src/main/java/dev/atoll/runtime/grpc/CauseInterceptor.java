package dev.atoll.runtime.grpc;

import dev.atoll.runtime.logging.CauseId;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Contexts;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

import org.jspecify.annotations.Nullable;

/** Carries the id of the cause from call to call; a call that comes without one gets a new one. */
final class CauseInterceptor implements ServerInterceptor, ClientInterceptor {
    private static final Metadata.Key<String> HEADER =
            Metadata.Key.of("atoll-cause", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        @Nullable String given = headers.get(HEADER);
        String cause = given != null && CauseId.isValid(given) ? given : CauseId.draw();
        return Contexts.interceptCall(CauseId.context(cause), call, headers, next);
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
            MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                CauseId.current().ifPresent(cause -> headers.put(HEADER, cause));
                super.start(listener, headers);
            }
        };
    }
}
