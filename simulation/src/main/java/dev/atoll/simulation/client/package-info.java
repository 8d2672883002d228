/** Whoever submits, cancels, retries and reads. */
@NullMarked
package dev.atoll.simulation.client;

import org.jspecify.annotations.NullMarked;
