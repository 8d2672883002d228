/** Breaks the rules on purpose. */
@NullMarked
package dev.atoll.system.architecture.offenders.master;

import org.jspecify.annotations.NullMarked;
