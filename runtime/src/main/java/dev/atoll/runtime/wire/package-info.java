/** The model of the core as messages, and back. */
@NullMarked
package dev.atoll.runtime.wire;

import org.jspecify.annotations.NullMarked;
