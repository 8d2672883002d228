/** The worker: the hands of the agent. */
@NullMarked
package dev.atoll.worker;

import org.jspecify.annotations.NullMarked;
