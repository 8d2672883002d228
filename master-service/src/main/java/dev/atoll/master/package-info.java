/** The master: the hands of the scheduler. */
@NullMarked
package dev.atoll.master;

import org.jspecify.annotations.NullMarked;
