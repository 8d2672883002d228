/** Atoll beside other systems in one run, each of which is a process that is told its turns. */
@NullMarked
package dev.atoll.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
