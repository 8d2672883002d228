/** What the four services have in common: streams, pages, trouble with the store, upkeep. */
@NullMarked
package dev.atoll.naming.serving;

import org.jspecify.annotations.NullMarked;
