/** The worker: the real agent and simulated hands. */
@NullMarked
package dev.atoll.simulation.worker;

import org.jspecify.annotations.NullMarked;
