package dev.atoll.runtime.naming;

import java.time.Duration;

/**
 * The presence of a member, kept alive from its own timer every quarter of the time to live. Lost
 * when the naming service says so, or when three quarters of the time to live passed, by the
 * monotonic clock of this machine, since the last keep-alive that succeeded was sent.
 */
public interface Lease extends AutoCloseable {
    /** Identifies the lease to the naming service; never 0. */
    long id();

    /** What the naming service granted. */
    Duration timeToLive();

    /** Whether it is lost or closed. */
    boolean isOver();

    /** Runs an action once it is lost or closed, on a thread that may block. */
    void whenOver(Runnable action);

    /** Leaves the cluster: waits for the naming service for at most 1 s. Idempotent. */
    @Override
    void close();
}
