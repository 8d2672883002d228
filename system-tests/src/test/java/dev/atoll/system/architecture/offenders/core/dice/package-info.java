/** Breaks the rules on purpose. */
@NullMarked
package dev.atoll.system.architecture.offenders.core.dice;

import org.jspecify.annotations.NullMarked;
