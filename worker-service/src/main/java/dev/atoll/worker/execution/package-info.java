/** How programs are started, watched and ended: the only room for processes and native calls. */
@NullMarked
package dev.atoll.worker.execution;

import org.jspecify.annotations.NullMarked;
