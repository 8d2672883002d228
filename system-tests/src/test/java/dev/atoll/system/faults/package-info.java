/**
 * A whole cluster of real processes, and what it does when any of them fails in the middle of work.
 */
@NullMarked
package dev.atoll.system.faults;

import org.jspecify.annotations.NullMarked;
