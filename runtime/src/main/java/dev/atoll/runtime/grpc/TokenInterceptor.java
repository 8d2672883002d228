package dev.atoll.runtime.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Set;

/**
 * Shows the token with every call, and demands it of every call but those that ask for health or
 * for the contracts.
 */
final class TokenInterceptor implements ServerInterceptor, ClientInterceptor {
    private static final Set<String> OPEN_SERVICES =
            Set.of("grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection");

    private final BearerToken token;

    TokenInterceptor(BearerToken token) {
        this.token = token;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (OPEN_SERVICES.contains(
                Objects.toString(call.getMethodDescriptor().getServiceName(), ""))) {
            return next.startCall(call, headers);
        }
        @Nullable String shown = headers.get(BearerToken.AUTHORIZATION);
        if (shown != null && token.matches(shown)) {
            return next.startCall(call, headers);
        }
        StatusRuntimeException refusal =
                (shown == null
                                ? ApiException.unauthenticated(
                                        "TOKEN_MISSING",
                                        "this cluster demands a token: give its token-file")
                                : ApiException.unauthenticated(
                                        "TOKEN_WRONG", "the token is not that of this cluster"))
                        .toStatusException();
        Metadata trailers = Objects.requireNonNullElseGet(refusal.getTrailers(), Metadata::new);
        if (shown == null) {
            Proof.give(token, headers, trailers);
        }
        call.close(refusal.getStatus(), trailers);
        return new ServerCall.Listener<>() {};
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
            MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                headers.put(BearerToken.AUTHORIZATION, token.header());
                super.start(listener, headers);
            }
        };
    }
}
