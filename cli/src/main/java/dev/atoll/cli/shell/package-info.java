/** What a command speaks with: standard streams, terminal, signals, exit codes. */
@NullMarked
package dev.atoll.cli.shell;

import org.jspecify.annotations.NullMarked;
