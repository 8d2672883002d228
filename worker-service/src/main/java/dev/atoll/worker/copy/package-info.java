/** Makes copies of what other workers hold. */
@NullMarked
package dev.atoll.worker.copy;

import org.jspecify.annotations.NullMarked;
