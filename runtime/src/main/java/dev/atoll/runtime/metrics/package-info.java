/** What a process counts and times, and where that is read. */
@NullMarked
package dev.atoll.runtime.metrics;

import org.jspecify.annotations.NullMarked;
