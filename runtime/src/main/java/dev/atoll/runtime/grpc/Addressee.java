package dev.atoll.runtime.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

import org.jspecify.annotations.Nullable;

/** Refuses calls that are meant for another server than this one. */
public final class Addressee implements ServerInterceptor {
    /* An address may come to belong to another: machines that get a name are started anew with each
     * other's network address, and whoever calls has a connection, or a memory of the name, that is
     * older. The call says whom it is meant for, and who is another refuses it. */

    /** The reason of the refusal, which is UNAVAILABLE. */
    public static final String WRONG = "WRONG_ADDRESSEE";

    static final Metadata.Key<String> NAME =
            Metadata.Key.of("atoll-addressee", Metadata.ASCII_STRING_MARSHALLER);

    private final String self;

    /**
     * @param self what callers know this server by
     */
    public Addressee(String self) {
        this.self = self;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        @Nullable String meant = headers.get(NAME);
        if (meant != null && !meant.equals(self)) {
            throw ApiException.unavailable(
                            WRONG, "this is %s, and the call is for %s".formatted(self, meant))
                    .with("addressee", self);
        }
        return next.startCall(call, headers);
    }
}
