/** A whole cluster in one thread from one seed. */
@NullMarked
package dev.atoll.simulation;

import org.jspecify.annotations.NullMarked;
