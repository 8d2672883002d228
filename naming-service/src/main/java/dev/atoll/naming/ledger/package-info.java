/** What was promised. */
@NullMarked
package dev.atoll.naming.ledger;

import org.jspecify.annotations.NullMarked;
