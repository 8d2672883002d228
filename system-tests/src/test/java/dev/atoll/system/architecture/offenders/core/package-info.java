/** Breaks the rules on purpose. */
@NullMarked
package dev.atoll.system.architecture.offenders.core;

import org.jspecify.annotations.NullMarked;
