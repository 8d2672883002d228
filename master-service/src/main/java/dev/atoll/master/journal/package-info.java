/**
 * Makes facts durable: which keys of the ledger they change, what those hold, and in which order
 * and rhythm they are committed; and back from the ledger to facts when a master takes over.
 */
@NullMarked
package dev.atoll.master.journal;

import org.jspecify.annotations.NullMarked;
