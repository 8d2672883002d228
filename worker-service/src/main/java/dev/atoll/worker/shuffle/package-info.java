/**
 * Records on their way from stage to stage: taken from what a task writes, partitioned, sorted,
 * combined, merged. Sorted runs are the one form in which they are kept and travel.
 */
@NullMarked
package dev.atoll.worker.shuffle;

import org.jspecify.annotations.NullMarked;
