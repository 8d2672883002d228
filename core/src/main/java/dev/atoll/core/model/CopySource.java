package dev.atoll.core.model;

import static java.util.Objects.requireNonNull;

/**
 * The worker that outputs are copied from.
 *
 * @param address where it serves; another may have come to listen there since, so calls name it too
 */
public record CopySource(WorkerId worker, String address) {
    public CopySource {
        requireNonNull(worker, "worker is null");
        requireNonNull(address, "address is null");
    }
}
