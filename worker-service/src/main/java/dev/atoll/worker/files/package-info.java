/** The files that tasks find in their directories. */
@NullMarked
package dev.atoll.worker.files;

import org.jspecify.annotations.NullMarked;
