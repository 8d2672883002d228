/** The directory that makes a worker the same worker after a restart. */
@NullMarked
package dev.atoll.worker.state;

import org.jspecify.annotations.NullMarked;
