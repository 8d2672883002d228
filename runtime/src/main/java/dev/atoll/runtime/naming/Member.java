package dev.atoll.runtime.naming;

import dev.atoll.runtime.config.HostAndPort;

import java.util.Map;

/**
 * A process that takes part in the cluster.
 *
 * @param id stable over restarts: 1 to 63 characters of [a-z0-9.-]
 * @param incarnation grows with each start, at least 1
 * @param role what it does
 * @param address where other members reach it
 * @param attributes such as labels: at most 64, keys up to 63 and values up to 255 characters
 */
public record Member(
        String id,
        long incarnation,
        Role role,
        HostAndPort address,
        Map<String, String> attributes) {
    public Member {
        attributes = Map.copyOf(attributes);
    }

    /** What a member does. */
    public enum Role {
        /** Splits jobs and assigns tasks. */
        MASTER,
        /** Runs tasks. */
        WORKER,
        /** What this version does not know. */
        UNKNOWN
    }
}
