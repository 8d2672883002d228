package dev.atoll.naming.serving;

import dev.atoll.naming.store.CommitOutcome;
import dev.atoll.naming.store.StoreUnavailableException;
import dev.atoll.runtime.grpc.ApiException;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Tells callers of trouble with the store. */
public final class StoreTrouble implements ServerInterceptor {
    /** The reason when the store could not be asked. */
    public static final String STORE_UNAVAILABLE = "STORE_UNAVAILABLE";

    /** The reason when something was to be written and nobody knows whether it was. */
    public static final String OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";

    /** The reason when others wrote the same keys each time that it was tried. */
    public static final String CONTENDED = "CONTENDED";

    /** The store could not be asked. */
    public static ApiException unavailable(StoreUnavailableException e) {
        return ApiException.unavailable(
                        STORE_UNAVAILABLE, "the store of the naming service: " + e.getMessage())
                .causedBy(e);
    }

    /** Nobody knows whether it was written: DEADLINE_EXCEEDED or UNAVAILABLE. */
    public static ApiException unknown(CommitOutcome.Unknown outcome) {
        return ApiException.of(
                outcome.timedOut() ? Status.Code.DEADLINE_EXCEEDED : Status.Code.UNAVAILABLE,
                OUTCOME_UNKNOWN,
                "the store of the naming service: " + outcome.reason());
    }

    /** Others were faster, too many times. */
    public static ApiException contended(String what) {
        return ApiException.unavailable(
                CONTENDED, "others change " + what + " all the time; try again");
    }

    /** A lease that a request names has ended. */
    public static ApiException leaseNotFound(long leaseId) {
        return ApiException.notFound(
                        "LEASE_NOT_FOUND", "the lease " + leaseId + " has ended: join again")
                .with("lease_id", leaseId);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onHalfClose() {
                try {
                    super.onHalfClose();
                } catch (StoreUnavailableException e) {
                    throw unavailable(e);
                }
            }
        };
    }
}
