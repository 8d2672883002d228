/** Breaks the rules on purpose. */
@NullMarked
package dev.atoll.system.architecture.offenders.worker.execution;

import org.jspecify.annotations.NullMarked;
