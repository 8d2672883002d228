/** What is called what. */
@NullMarked
package dev.atoll.naming.names;

import org.jspecify.annotations.NullMarked;
