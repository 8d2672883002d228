/** Programs that are built into the worker: no process is started for them. */
@NullMarked
package dev.atoll.worker.builtin;

import org.jspecify.annotations.NullMarked;
