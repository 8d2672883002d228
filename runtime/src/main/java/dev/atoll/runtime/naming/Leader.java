package dev.atoll.runtime.naming;

import dev.atoll.runtime.config.HostAndPort;

/**
 * Who holds an office.
 *
 * @param epoch the term, at least 1; a later leader's is higher
 * @param address where the leader is reached
 */
public record Leader(long epoch, HostAndPort address) {}
