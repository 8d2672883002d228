package dev.atoll.runtime.program;

import dev.atoll.runtime.config.HostAndPort;

import java.util.concurrent.CompletableFuture;

/** A program that serves. */
public interface RunningService extends AutoCloseable {
    /** Where it is reached, with the port that was really taken. */
    HostAndPort address();

    /** Stops serving, within a few seconds. Idempotent. */
    @Override
    void close();

    /**
     * Done when the service has stopped: normally after close, exceptionally when it could not go
     * on. Either way the process stops.
     */
    CompletableFuture<Void> terminated();
}
