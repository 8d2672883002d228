/**
 * The one thread that owns the scheduler: its mailbox, its pulse, and the order in which facts
 * become durable and commands leave.
 */
@NullMarked
package dev.atoll.master.loop;

import org.jspecify.annotations.NullMarked;
