/**
 * The naming service: replicas without a memory, over a store that has leases and forgets nothing.
 */
@NullMarked
package dev.atoll.simulation.naming;

import org.jspecify.annotations.NullMarked;
