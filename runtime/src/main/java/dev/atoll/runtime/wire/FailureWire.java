package dev.atoll.runtime.wire;

import dev.atoll.core.model.Failure;

/** How attempts fail, and back. */
public final class FailureWire {
    private FailureWire() {}

    /** As a message. */
    public static dev.atoll.proto.job.v1.Failure toProto(Failure failure) {
        return dev.atoll.proto.job.v1.Failure.newBuilder()
                .setKind(toProto(failure.kind()))
                .setCode(failure.code())
                .setDetail(failure.detail())
                .build();
    }

    /**
     * From a message.
     *
     * @param field what the message is called, for the exception
     * @throws MalformedMessageException if its kind is unknown
     */
    public static Failure fromProto(dev.atoll.proto.job.v1.Failure message, String field) {
        return new Failure(kind(message.getKind(), field), message.getCode(), message.getDetail());
    }

    private static dev.atoll.proto.job.v1.Failure.Kind toProto(Failure.Kind kind) {
        return switch (kind) {
            case EXIT -> dev.atoll.proto.job.v1.Failure.Kind.KIND_EXIT;
            case SIGNAL -> dev.atoll.proto.job.v1.Failure.Kind.KIND_SIGNAL;
            case TIMEOUT -> dev.atoll.proto.job.v1.Failure.Kind.KIND_TIMEOUT;
            case NOT_FOUND -> dev.atoll.proto.job.v1.Failure.Kind.KIND_NOT_FOUND;
            case NOT_EXECUTABLE -> dev.atoll.proto.job.v1.Failure.Kind.KIND_NOT_EXECUTABLE;
            case OUTPUT_LIMIT -> dev.atoll.proto.job.v1.Failure.Kind.KIND_OUTPUT_LIMIT;
            case OUT_OF_MEMORY -> dev.atoll.proto.job.v1.Failure.Kind.KIND_OUT_OF_MEMORY;
            case CANCELLED -> dev.atoll.proto.job.v1.Failure.Kind.KIND_CANCELLED;
            case INPUT_UNAVAILABLE -> dev.atoll.proto.job.v1.Failure.Kind.KIND_INPUT_UNAVAILABLE;
            case WORKER_TROUBLE -> dev.atoll.proto.job.v1.Failure.Kind.KIND_WORKER_TROUBLE;
            case WORKER_LOST -> dev.atoll.proto.job.v1.Failure.Kind.KIND_WORKER_LOST;
            case OUTPUT_MISSING -> dev.atoll.proto.job.v1.Failure.Kind.KIND_OUTPUT_MISSING;
        };
    }

    private static Failure.Kind kind(dev.atoll.proto.job.v1.Failure.Kind kind, String field) {
        return switch (kind) {
            case KIND_EXIT -> Failure.Kind.EXIT;
            case KIND_SIGNAL -> Failure.Kind.SIGNAL;
            case KIND_TIMEOUT -> Failure.Kind.TIMEOUT;
            case KIND_NOT_FOUND -> Failure.Kind.NOT_FOUND;
            case KIND_NOT_EXECUTABLE -> Failure.Kind.NOT_EXECUTABLE;
            case KIND_OUTPUT_LIMIT -> Failure.Kind.OUTPUT_LIMIT;
            case KIND_OUT_OF_MEMORY -> Failure.Kind.OUT_OF_MEMORY;
            case KIND_CANCELLED -> Failure.Kind.CANCELLED;
            case KIND_INPUT_UNAVAILABLE -> Failure.Kind.INPUT_UNAVAILABLE;
            case KIND_WORKER_TROUBLE -> Failure.Kind.WORKER_TROUBLE;
            case KIND_WORKER_LOST -> Failure.Kind.WORKER_LOST;
            case KIND_OUTPUT_MISSING -> Failure.Kind.OUTPUT_MISSING;
            case KIND_UNSPECIFIED, UNRECOGNIZED ->
                    throw new MalformedMessageException(field + ".kind", "unknown: " + kind);
        };
    }
}
