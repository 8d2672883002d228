/** The store on one directory of one machine: a log, a snapshot, and everything in memory. */
@NullMarked
package dev.atoll.naming.store.file;

import org.jspecify.annotations.NullMarked;
