/** The command line as its users have it: the real launcher, against a real cluster. */
@NullMarked
package dev.atoll.system.cli;

import org.jspecify.annotations.NullMarked;
