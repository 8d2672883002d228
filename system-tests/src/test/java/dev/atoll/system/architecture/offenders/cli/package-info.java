/** Breaks the rules on purpose. */
@NullMarked
package dev.atoll.system.architecture.offenders.cli;

import org.jspecify.annotations.NullMarked;
