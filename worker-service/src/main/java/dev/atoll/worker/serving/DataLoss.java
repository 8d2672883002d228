package dev.atoll.worker.serving;

import dev.atoll.runtime.grpc.ApiException;

import io.grpc.Status;

/** Says that what is stored cannot be read. */
final class DataLoss {
    private DataLoss() {}

    static ApiException of(Exception cause) {
        return ApiException.of(
                        Status.Code.DATA_LOSS,
                        "DIGEST_MISMATCH",
                        String.valueOf(cause.getMessage()))
                .causedBy(cause);
    }
}
