/** Where the items of a map come from. */
@NullMarked
package dev.atoll.cli.items;

import org.jspecify.annotations.NullMarked;
