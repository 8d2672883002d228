/** Files that have names: what they are called, what they consist of, and who keeps it. */
@NullMarked
package dev.atoll.master.file;

import org.jspecify.annotations.NullMarked;
