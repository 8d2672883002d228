package dev.atoll.client;

import dev.atoll.core.model.Resources;

import java.time.Duration;

/**
 * One worker as the master sees it.
 *
 * @param id its id
 * @param address where it serves, "host:port"
 * @param state where it stands
 * @param reason why, in a sentence; may be empty
 * @param offers what it offers, with its labels
 * @param load how it feels, by its latest heartbeat
 * @param silence how long ago the master last heard of it
 * @param succeededCount tasks that succeeded on it under the present master
 * @param failedCount attempts that failed on it under the present master
 */
public record NodeStatus(
        String id,
        String address,
        State state,
        String reason,
        Resources offers,
        Load load,
        Duration silence,
        long succeededCount,
        long failedCount) {
    /** Where a node stands. */
    public enum State {
        /** It works. */
        READY,
        /** It is silent and may come back. */
        SUSPECT,
        /** It gets no new tasks. */
        DRAINING,
        /** Everything failed on it: it gets no tasks that others can run, but one now and then. */
        QUARANTINED,
        /** It was given up. */
        LOST
    }

    /**
     * How a worker feels.
     *
     * @param cpuMillisUsed thousandths of processors that running tasks hold
     * @param memoryBytesUsed bytes that running tasks hold
     * @param runningCount tasks that run
     * @param queuedCount tasks that were granted and wait
     * @param diskBytesFree free bytes on its disk
     */
    public record Load(
            int cpuMillisUsed,
            long memoryBytesUsed,
            int runningCount,
            int queuedCount,
            long diskBytesFree) {}
}
