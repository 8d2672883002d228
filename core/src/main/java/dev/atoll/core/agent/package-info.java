/**
 * The worker's mind: which granted attempt starts when, and what the master must be told.
 * Everything enters by {@link dev.atoll.core.agent.Agent#handle} and leaves as a list of commands.
 */
@NullMarked
package dev.atoll.core.agent;

import org.jspecify.annotations.NullMarked;
