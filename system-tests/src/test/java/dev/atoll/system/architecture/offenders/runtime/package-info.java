/** Breaks the rules on purpose. */
@NullMarked
package dev.atoll.system.architecture.offenders.runtime;

import org.jspecify.annotations.NullMarked;
