/** The port to whatever keeps the keys: revisions, transactions, watches and leases. */
@NullMarked
package dev.atoll.naming.store;

import org.jspecify.annotations.NullMarked;
