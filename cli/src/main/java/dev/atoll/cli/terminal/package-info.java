/** What people see: tables, progress, amounts. Pure. */
@NullMarked
package dev.atoll.cli.terminal;

import org.jspecify.annotations.NullMarked;
