/** Breaks the rules on purpose. */
@NullMarked
package dev.atoll.system.architecture.offenders.client.cycle.right;

import org.jspecify.annotations.NullMarked;
