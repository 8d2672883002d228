/** What was promised: the durable store, its fence, and the way facts go in and come out. */
@NullMarked
package dev.atoll.simulation.ledger;

import org.jspecify.annotations.NullMarked;
