/** What tasks wrote: one append-only file per stage, and the spool of attempts that still run. */
@NullMarked
package dev.atoll.worker.segment;

import org.jspecify.annotations.NullMarked;
