/** Feeds, over stores that fail. */
@NullMarked
package dev.atoll.naming.feed;

import org.jspecify.annotations.NullMarked;
