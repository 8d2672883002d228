/** The disk that the worker keeps its state on. */
@NullMarked
package dev.atoll.worker.disk;

import org.jspecify.annotations.NullMarked;
