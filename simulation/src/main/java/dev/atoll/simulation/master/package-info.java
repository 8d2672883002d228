/** The master: the real scheduler and simulated hands. */
@NullMarked
package dev.atoll.simulation.master;

import org.jspecify.annotations.NullMarked;
