/** One try at one task, from the agent's wish to the report of its end. */
@NullMarked
package dev.atoll.worker.attempt;

import org.jspecify.annotations.NullMarked;
