/** The agent's loop, and the one session that it has with the master that leads. */
@NullMarked
package dev.atoll.worker.session;

import org.jspecify.annotations.NullMarked;
