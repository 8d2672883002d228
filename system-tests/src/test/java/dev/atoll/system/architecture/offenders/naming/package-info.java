/** Breaks the rules on purpose. */
@NullMarked
package dev.atoll.system.architecture.offenders.naming;

import org.jspecify.annotations.NullMarked;
