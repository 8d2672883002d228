/** The rules of membership, alone. */
@NullMarked
package dev.atoll.naming.membership;

import org.jspecify.annotations.NullMarked;
