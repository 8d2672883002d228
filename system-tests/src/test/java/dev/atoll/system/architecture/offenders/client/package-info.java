/** Breaks the rules on purpose. */
@NullMarked
package dev.atoll.system.architecture.offenders.client;

import org.jspecify.annotations.NullMarked;
