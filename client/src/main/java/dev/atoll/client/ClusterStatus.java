package dev.atoll.client;

import dev.atoll.core.model.Resources;

import java.time.Instant;
import java.util.Optional;

/**
 * The whole cluster at a glance.
 *
 * @param version of the master, such as "0.1.0"
 * @param epoch of the master
 * @param leadTime when the master began to lead, by its wall clock
 * @param readyNodeCount nodes that are ready
 * @param offers what ready nodes offer together
 * @param activeJobCount jobs that have not ended
 * @param waitingTaskCount tasks that wait
 * @param runningTaskCount tasks that were given to workers
 * @param succeededTaskCount tasks that succeeded under the present master
 */
public record ClusterStatus(
        String version,
        long epoch,
        Optional<Instant> leadTime,
        int readyNodeCount,
        Resources offers,
        int activeJobCount,
        long waitingTaskCount,
        long runningTaskCount,
        long succeededTaskCount) {}
