/**
 * How promises outlive the master: which entries of the ledger the facts change and when they are
 * committed, what waits until they are, what to make of a commit without an answer, and how entries
 * become facts again. What an entry looks like in bytes, and how it travels, is others' business.
 */
@NullMarked
package dev.atoll.core.journal;

import org.jspecify.annotations.NullMarked;
