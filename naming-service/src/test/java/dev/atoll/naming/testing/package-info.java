/** Real servers for tests, of this module and of others. */
@NullMarked
package dev.atoll.naming.testing;

import org.jspecify.annotations.NullMarked;
