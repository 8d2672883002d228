/** When to try again. */
@NullMarked
package dev.atoll.runtime.retry;

import org.jspecify.annotations.NullMarked;
