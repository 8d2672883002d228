/** Streams of bytes between processes that may break and go on. */
@NullMarked
package dev.atoll.runtime.stream;

import org.jspecify.annotations.NullMarked;
