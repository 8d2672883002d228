package dev.atoll.runtime.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * An error that crosses a contract: a status, a reason that programs can tell apart, and a sentence
 * for people. A service throws it, or hands it to its response observer; a caller gets it back with
 * {@link #from(Throwable)}.
 */
public final class ApiException extends RuntimeException {
    /** Who says the reasons. */
    public static final String DOMAIN = "atoll";

    /** The reason of an INVALID_ARGUMENT that names fields. */
    public static final String INVALID_FIELDS = "INVALID_FIELDS";

    private static final long serialVersionUID = 1L;

    private final Status.Code code;
    private final String reason;
    private final transient Map<String, String> metadata;
    private final transient List<FieldViolation> violations;

    private ApiException(
            Status.Code code,
            String reason,
            String message,
            Map<String, String> metadata,
            List<FieldViolation> violations,
            @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.reason = reason;
        this.metadata = Map.copyOf(metadata);
        this.violations = List.copyOf(violations);
    }

    /**
     * An error.
     *
     * @param code not OK
     * @param reason in UPPER_SNAKE, as the contract says
     * @param message a sentence for people
     */
    public static ApiException of(Status.Code code, String reason, String message) {
        return new ApiException(code, reason, message, Map.of(), List.of(), null);
    }

    /** Something that was asked for does not exist. */
    public static ApiException notFound(String reason, String message) {
        return of(Status.Code.NOT_FOUND, reason, message);
    }

    /** Something exists already. */
    public static ApiException alreadyExists(String reason, String message) {
        return of(Status.Code.ALREADY_EXISTS, reason, message);
    }

    /** The state of things does not allow it. */
    public static ApiException failedPrecondition(String reason, String message) {
        return of(Status.Code.FAILED_PRECONDITION, reason, message);
    }

    /** A limit is reached. */
    public static ApiException resourceExhausted(String reason, String message) {
        return of(Status.Code.RESOURCE_EXHAUSTED, reason, message);
    }

    /** Not now: the same call may succeed later. */
    public static ApiException unavailable(String reason, String message) {
        return of(Status.Code.UNAVAILABLE, reason, message);
    }

    /** The caller did not say who it is, or not rightly. */
    public static ApiException unauthenticated(String reason, String message) {
        return of(Status.Code.UNAUTHENTICATED, reason, message);
    }

    static ApiException invalidFields(List<FieldViolation> violations, int count) {
        String all =
                violations.stream().map(FieldViolation::toString).collect(Collectors.joining("; "));
        return new ApiException(
                Status.Code.INVALID_ARGUMENT,
                INVALID_FIELDS,
                (count == 1 ? "1 field is not valid: " : count + " fields are not valid: ") + all,
                Map.of("count", Integer.toString(count)),
                violations,
                null);
    }

    /**
     * What a failed call says. Looks through the causes for an ApiException or for a gRPC status;
     * the reason is empty when the other side gave none, and the code UNKNOWN when there is no
     * status at all.
     */
    public static ApiException from(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case ApiException known -> {
                    return known;
                }
                case StatusRuntimeException status -> {
                    return from(status.getStatus(), StatusProto.fromThrowable(cause), failure);
                }
                case StatusException status -> {
                    return from(status.getStatus(), StatusProto.fromThrowable(cause), failure);
                }
                default -> {}
            }
        }
        String message = Objects.toString(failure.getMessage(), failure.getClass().getName());
        return new ApiException(Status.Code.UNKNOWN, "", message, Map.of(), List.of(), failure);
    }

    /** The same error with one more thing that programs may want to know; long values are cut. */
    public ApiException with(String key, Object value) {
        Map<String, String> more = new LinkedHashMap<>(metadata);
        more.put(
                key,
                TrailerText.shortened(String.valueOf(value), TrailerText.METADATA_VALUE_BYTES_MAX));
        return new ApiException(code, reason, message(), more, violations, getCause());
    }

    /** The same error with what was thrown before it; the cause stays on this side. */
    public ApiException causedBy(Throwable cause) {
        return new ApiException(code, reason, message(), metadata, violations, cause);
    }

    /** The status. */
    public Status.Code code() {
        return code;
    }

    /** The reason in UPPER_SNAKE; empty when the other side gave none. */
    public String reason() {
        return reason;
    }

    /** Whether the reason is this one. */
    public boolean is(String otherReason) {
        return reason.equals(otherReason);
    }

    /** Whether the same call may succeed later, if it is one that may be repeated. */
    public boolean isUnavailable() {
        return code == Status.Code.UNAVAILABLE;
    }

    /** The sentence for people. */
    public String message() {
        return Objects.toString(getMessage(), "");
    }

    /** What else programs may want to know. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The fields that hold what is not allowed. */
    public List<FieldViolation> violations() {
        return violations;
    }

    /** The error as gRPC sends it, with its details in the trailers; a long message is cut. */
    public StatusRuntimeException toStatusException() {
        String message = TrailerText.shortened(message(), TrailerText.MESSAGE_BYTES_MAX);
        com.google.rpc.Status.Builder status =
                com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(message);
        ErrorInfo info =
                ErrorInfo.newBuilder()
                        .setReason(reason)
                        .setDomain(DOMAIN)
                        .putAllMetadata(metadata)
                        .build();
        status.addDetails(Any.pack(info));
        if (!violations.isEmpty()) {
            BadRequest.Builder badRequest = BadRequest.newBuilder();
            for (FieldViolation violation : violations) {
                badRequest
                        .addFieldViolationsBuilder()
                        .setField(violation.field())
                        .setDescription(violation.description());
            }
            status.addDetails(Any.pack(badRequest.build()));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    private static ApiException from(
            Status status, com.google.rpc.@Nullable Status details, Throwable failure) {
        String reason = "";
        Map<String, String> metadata = Map.of();
        List<FieldViolation> violations = new ArrayList<>();
        List<Any> parts = details == null ? List.of() : details.getDetailsList();
        for (Any part : parts) {
            try {
                if (part.is(ErrorInfo.class)) {
                    ErrorInfo info = part.unpack(ErrorInfo.class);
                    reason = info.getReason();
                    metadata = info.getMetadataMap();
                } else if (part.is(BadRequest.class)) {
                    part.unpack(BadRequest.class).getFieldViolationsList().stream()
                            .map(v -> new FieldViolation(v.getField(), v.getDescription()))
                            .forEach(violations::add);
                }
            } catch (InvalidProtocolBufferException e) {
                failure.addSuppressed(e);
            }
        }
        String message = Objects.toString(status.getDescription(), status.getCode().toString());
        if (parts.isEmpty() && status.getCause() != null) {
            // Of a connection that failed, gRPC itself says no more than "io exception".
            message += ": " + rootMessage(status.getCause());
        }
        return new ApiException(codeOf(status), reason, message, metadata, violations, failure);
    }

    /* Of a connection that breaks just when a call begins on it, gRPC says UNKNOWN. A cause does not
     * travel, so an UNKNOWN with one was never said by the other side. */
    private static Status.Code codeOf(Status status) {
        return status.getCode() == Status.Code.UNKNOWN && status.getCause() instanceof IOException
                ? Status.Code.UNAVAILABLE
                : status.getCode();
    }

    /** What the innermost cause says. */
    static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return Objects.toString(root.getMessage(), root.toString());
    }
}
