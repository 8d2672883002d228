/** Benchmarks of Atoll, alone and beside its peers. */
@NullMarked
package dev.atoll.benchmarks;

import org.jspecify.annotations.NullMarked;
