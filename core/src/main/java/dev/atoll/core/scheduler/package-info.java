/**
 * The master's mind: which task runs where, and what became of it. Everything enters by {@link
 * dev.atoll.core.scheduler.Scheduler#handle} and leaves as a {@link
 * dev.atoll.core.scheduler.Decision}.
 */
@NullMarked
package dev.atoll.core.scheduler;

import org.jspecify.annotations.NullMarked;
