/** Reckoning with time that others bring: how late a loop is, how long a lease is held. */
@NullMarked
package dev.atoll.core.time;

import org.jspecify.annotations.NullMarked;
