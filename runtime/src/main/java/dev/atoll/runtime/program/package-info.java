/** How a program of the cluster is found, started, watched and stopped. */
@NullMarked
package dev.atoll.runtime.program;

import org.jspecify.annotations.NullMarked;
