/**
 * What every system that takes part in a comparison must be able to do, and how it is told.
 * Compiled for Java 17 too, which the peers run on.
 */
@NullMarked
package dev.atoll.benchmarks.contest;

import org.jspecify.annotations.NullMarked;
