/** Who is here. */
@NullMarked
package dev.atoll.naming.membership;

import org.jspecify.annotations.NullMarked;
