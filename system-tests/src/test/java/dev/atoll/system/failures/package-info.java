/** What survives when real processes are killed. */
@NullMarked
package dev.atoll.system.failures;

import org.jspecify.annotations.NullMarked;
