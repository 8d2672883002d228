package dev.atoll.runtime.grpc;

import io.grpc.Attributes;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Shows the token on the one connection whose other end has proven that it knows it. A channel
 * connects again by itself, and then somebody else may have the address: such calls end with
 * UNAVAILABLE, and show nothing.
 */
final class ProvenConnection extends CallCredentials implements ClientInterceptor {
    private final BearerToken token;
    private final SocketAddress ourEnd;

    /**
     * @param proven of a call whose answer was the proof
     */
    ProvenConnection(BearerToken token, Attributes proven) {
        this.token = token;
        this.ourEnd =
                Objects.requireNonNull(
                        proven.get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR), "a call that was not sent");
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
            MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return next.newCall(method, options.withCallCredentials(this));
    }

    @Override
    public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier applier) {
        if (ourEnd.equals(info.getTransportAttrs().get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR))) {
            Metadata headers = new Metadata();
            headers.put(BearerToken.AUTHORIZATION, token.header());
            applier.apply(headers);
        } else {
            applier.fail(
                    Status.UNAVAILABLE.withDescription(
                            "the connection to a server of this cluster was lost"));
        }
    }
}
