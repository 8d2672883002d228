package dev.atoll.client;

import dev.atoll.runtime.grpc.ApiException;

import java.util.List;

/** Turns what a call failed with into what the caller can do something about. */
final class Errors {
    private static final String OUTPUT_LOST = "OUTPUT_LOST";

    /** The master has tried for long and nothing has changed. */
    private static final String WORKER_UNREACHABLE = "WORKER_UNREACHABLE";

    private Errors() {}

    /** Whether the call can be repeated with a chance to succeed. */
    static boolean isPassing(ApiException error) {
        return switch (error.code()) {
            case UNAVAILABLE -> !error.is(OUTPUT_LOST) && !error.is(WORKER_UNREACHABLE);
            case DEADLINE_EXCEEDED -> true;
            default -> false;
        };
    }

    /** The exception for an error that stands. */
    static AtollException of(ApiException error) {
        String message = error.message();
        return switch (error.code()) {
            case INVALID_ARGUMENT, OUT_OF_RANGE ->
                    new InvalidRequestException(message, faults(error), error);
            case NOT_FOUND -> new NotFoundException(message, error);
            case UNAUTHENTICATED, PERMISSION_DENIED -> new NotPermittedException(message, error);
            case FAILED_PRECONDITION, ALREADY_EXISTS ->
                    new RefusedException(message, error.reason(), false, error);
            case RESOURCE_EXHAUSTED, ABORTED ->
                    new RefusedException(message, error.reason(), true, error);
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED ->
                    error.is(OUTPUT_LOST)
                            ? new OutputLostException(message, error)
                            : new ClusterUnavailableException(message, true, error);
            case OK, UNKNOWN, UNIMPLEMENTED, INTERNAL, DATA_LOSS ->
                    new ClusterFaultException(error.code() + ": " + message, error);
        };
    }

    private static List<InvalidRequestException.Fault> faults(ApiException error) {
        return error.violations().stream()
                .map(v -> new InvalidRequestException.Fault(v.field(), v.description()))
                .toList();
    }
}
