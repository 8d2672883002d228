/** Breaks the rules on purpose. */
@NullMarked
package dev.atoll.system.architecture.offenders.client.cycle.left;

import org.jspecify.annotations.NullMarked;
