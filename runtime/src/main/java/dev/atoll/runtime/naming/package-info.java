/** The naming service as its callers see it: leases, elections, names and the ledger. */
@NullMarked
package dev.atoll.runtime.naming;

import org.jspecify.annotations.NullMarked;
