/** Runs a task as if it ran here. */
@NullMarked
package dev.atoll.cli.attached;

import org.jspecify.annotations.NullMarked;
