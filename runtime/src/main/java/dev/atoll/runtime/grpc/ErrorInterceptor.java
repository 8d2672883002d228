package dev.atoll.runtime.grpc;

import dev.atoll.runtime.logging.CauseId;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Turns what a service throws, or hands to its response observer, into a status with details: an
 * {@link ApiException} into what it says, a gRPC status into itself, and anything else into
 * INTERNAL (reason UNEXPECTED) with an id that the log repeats beside the stack trace.
 */
final class ErrorInterceptor implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorInterceptor.class);

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        TranslatingCall<Q, R> translating = new TranslatingCall<>(call);
        try {
            return new GuardedListener<>(next.startCall(translating, headers), translating);
        } catch (RuntimeException | Error e) {
            translating.fail(e);
            return new ServerCall.Listener<>() {};
        }
    }

    /** Translates the status that ends a call. */
    private static final class TranslatingCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final AtomicBoolean failed;

        TranslatingCall(ServerCall<Q, R> call) {
            super(call);
            this.failed = new AtomicBoolean();
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (failed.get()) {
                return;
            }
            @Nullable Throwable cause = status.getCause();
            if (cause == null || status.isOk()) {
                super.close(status, trailers);
                return;
            }
            closeWith(cause, status, trailers);
        }

        /* What a callback threw ends the call, whatever the service does with it later. */
        void fail(Throwable thrown) {
            if (failed.compareAndSet(false, true)) {
                Metadata trailers =
                        Objects.requireNonNullElseGet(
                                Status.trailersFromThrowable(thrown), Metadata::new);
                closeWith(thrown, Status.fromThrowable(thrown), trailers);
            }
        }

        private void closeWith(Throwable thrown, Status status, Metadata trailers) {
            @Nullable ApiException error = null;
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                if (cause instanceof ApiException known) {
                    error = known;
                    break;
                }
            }
            if (error == null && status.getCode() != Status.Code.UNKNOWN) {
                super.close(status, trailers);
                return;
            }
            if (error == null) {
                error = unexpected(thrown);
            }
            StatusRuntimeException told = error.toStatusException();
            Metadata details = Objects.requireNonNullElseGet(told.getTrailers(), Metadata::new);
            super.close(told.getStatus(), details);
        }

        private ApiException unexpected(Throwable thrown) {
            String causeId = CauseId.current().orElseGet(CauseId::draw);
            LOG.error(
                    "{} failed unexpectedly, cause {}",
                    getMethodDescriptor().getFullMethodName(),
                    causeId,
                    thrown);
            return ApiException.of(
                            Status.Code.INTERNAL,
                            "UNEXPECTED",
                            "unexpected error; the log of the service tells more of cause "
                                    + causeId)
                    .with("cause", causeId);
        }
    }

    /** Ends the call when a callback throws. */
    private static final class GuardedListener<Q, R> extends SimpleForwardingServerCallListener<Q> {
        private final TranslatingCall<Q, R> call;

        GuardedListener(ServerCall.Listener<Q> listener, TranslatingCall<Q, R> call) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            guarded(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guarded(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guarded(super::onReady);
        }

        private void guarded(Runnable callback) {
            try {
                callback.run();
            } catch (RuntimeException | Error e) {
                call.fail(e);
            }
        }
    }
}
