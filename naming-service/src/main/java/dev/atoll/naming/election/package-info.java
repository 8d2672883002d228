/** Who leads. */
@NullMarked
package dev.atoll.naming.election;

import org.jspecify.annotations.NullMarked;
