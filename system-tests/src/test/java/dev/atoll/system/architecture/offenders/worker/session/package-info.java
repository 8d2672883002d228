/** Breaks the rules on purpose. */
@NullMarked
package dev.atoll.system.architecture.offenders.worker.session;

import org.jspecify.annotations.NullMarked;
