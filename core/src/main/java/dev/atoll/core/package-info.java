/**
 * The minds of Atoll: the model, the scheduler and the worker's agent. Pure: no thread, clock,
 * randomness or I/O.
 */
@NullMarked
package dev.atoll.core;

import org.jspecify.annotations.NullMarked;
