/** What must hold after every event, whatever goes wrong. */
@NullMarked
package dev.atoll.simulation.invariant;

import org.jspecify.annotations.NullMarked;
