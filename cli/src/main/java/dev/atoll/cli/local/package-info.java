/** Starts and stops a whole cluster on this machine. */
@NullMarked
package dev.atoll.cli.local;

import org.jspecify.annotations.NullMarked;
