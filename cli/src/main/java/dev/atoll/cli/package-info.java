/** The {@code atoll} command: one class per command. */
@NullMarked
package dev.atoll.cli;

import org.jspecify.annotations.NullMarked;
