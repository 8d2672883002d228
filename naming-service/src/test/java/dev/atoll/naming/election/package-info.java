/** The rules of elections, alone. */
@NullMarked
package dev.atoll.naming.election;

import org.jspecify.annotations.NullMarked;
