/** What every store must do. */
@NullMarked
package dev.atoll.naming.store;

import org.jspecify.annotations.NullMarked;
