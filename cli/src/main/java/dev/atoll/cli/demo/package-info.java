/** Counts the words of real text on a cluster that comes and goes. */
@NullMarked
package dev.atoll.cli.demo;

import org.jspecify.annotations.NullMarked;
